SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier, replace(taken, ' ', 'T') || CASE WHEN taken LIKE '%Z' THEN '' ELSE 'Z' END, load
FROM readings
WHERE replace(taken, 'T', ' ') >= '2013-06-03 07:00:00' AND replace(taken, 'T', ' ') < '2013-06-03 09:00:00'
