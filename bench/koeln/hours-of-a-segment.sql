WITH hours AS (
  SELECT substr(taken, 1, 13) AS hour, avg(load) AS mean
  FROM readings WHERE identifier = 'ST065' AND undisturbed GROUP BY hour
)
SELECT CAST(substr(hour, 1, 4) AS INTEGER), CAST(substr(hour, 6, 2) AS INTEGER),
       CAST(substr(hour, 9, 2) AS INTEGER), CAST(substr(hour, 12, 2) AS INTEGER), mean
FROM hours
