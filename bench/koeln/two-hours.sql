SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier, taken, load
FROM readings
WHERE taken >= '2013-06-03T07:00:00Z' AND taken < '2013-06-03T09:00:00Z'
