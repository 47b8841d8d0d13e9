WITH reading AS MATERIALIZED (
  SELECT * FROM readings WHERE identifier = 'ST065' AND taken = '2013-06-03T08:00:01Z'
)
SELECT 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'http://www.w3.org/ns/sosa/Observation'
FROM reading
UNION ALL
SELECT 'http://www.w3.org/ns/sosa/hasFeatureOfInterest',
       'https://data.example.org/koeln/id/street-segment/' || identifier FROM reading
UNION ALL
SELECT 'http://www.w3.org/ns/sosa/observedProperty', 'https://bygraf.example.org/def#TrafficLoad'
FROM reading
UNION ALL
SELECT 'http://www.w3.org/ns/sosa/resultTime', taken FROM reading
UNION ALL
SELECT 'http://www.w3.org/ns/sosa/hasSimpleResult', CAST(load AS VARCHAR) FROM reading
UNION ALL
SELECT 'https://bygraf.example.org/def#undisturbed', CAST(undisturbed AS VARCHAR) FROM reading
