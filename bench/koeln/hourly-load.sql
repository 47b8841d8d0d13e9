SELECT 'https://data.example.org/koeln/id/street-segment/' || identifier AS segment, CAST(substr(taken, 12, 2) AS INTEGER) AS hour, avg(load), count(load)
FROM readings
WHERE undisturbed AND load <= 2
GROUP BY ALL
