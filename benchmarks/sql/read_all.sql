SELECT sahkoposti FROM ura.bench_persons WHERE maakunta = '06' AND asiakkuus = 'voimassa'
