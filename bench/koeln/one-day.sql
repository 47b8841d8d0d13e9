SELECT taken, load, undisturbed
FROM readings
WHERE identifier = 'ST065' AND taken LIKE '2013-06-03%'
