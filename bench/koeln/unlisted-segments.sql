SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier, count(*)
FROM readings ANTI JOIN segments ON identifier = id
GROUP BY identifier
