SELECT replace(taken, ' ', 'T') || CASE WHEN taken LIKE '%Z' THEN '' ELSE 'Z' END, load, undisturbed
FROM readings
WHERE identifier = 'ST065' AND taken LIKE '2013-06-03%'
