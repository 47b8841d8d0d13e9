WITH means AS (
  SELECT identifier, avg(load) AS mean
  FROM readings WHERE undisturbed AND load <= 2 GROUP BY identifier
)
SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier, name, wkt, mean
FROM means JOIN segments ON identifier = id
