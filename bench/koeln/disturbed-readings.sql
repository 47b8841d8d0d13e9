SELECT count(*), count(*) FILTER (NOT undisturbed), avg(CASE WHEN undisturbed THEN 0 ELSE 1 END)
FROM readings
