WITH means AS (
  SELECT identifier, avg(load) AS mean, count(load) AS number
  FROM readings WHERE undisturbed AND load <= 2 GROUP BY identifier
)
SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier, name, mean, number
FROM means JOIN segments ON identifier = id
ORDER BY mean DESC, identifier
LIMIT 10
