WITH days AS (
  SELECT substr(taken, 1, 10) AS day, sum(load) AS total, count(load) AS number
  FROM readings WHERE undisturbed AND load <= 2 GROUP BY day
)
SELECT isodow(CAST(day AS DATE)) - 1 AS weekday, sum(total) / sum(number), sum(number)
FROM days
GROUP BY weekday
