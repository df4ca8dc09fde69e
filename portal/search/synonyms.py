"""What people call things: need words in English, Spanish and slang, each with the codes it means.

One line a meaning: `group:code group:code | phrase, phrase`. Several care codes mean any of them. Phrases are compared
by stems, so plurals need no line of their own.
"""

from functools import cache

from portal.search.words import fold, stem

TABLE = """
care:crisis_line | crisis line, hotline, helpline, warmline, warm line, 988, suicide line, linea de crisis
care:crisis_line care:crisis_center care:mobile_crisis | suicidal, suicide, suicidio, suicida, kill myself, end my life, quiero morir, self harm, crisis, mental health crisis, crisis de salud mental, nervous breakdown
care:mobile_crisis | mobile crisis, mobile crisis team, crisis team, co responder, coresponder
care:crisis_center | crisis center, crisis receiving, crisis stabilization, crisis walk in, walk in crisis, csu, psychiatric emergency, psych emergency, psych er, emergencia psiquiatrica
care:respite | respite, peer respite, living room
care:inpatient | inpatient, psychiatric hospital, mental hospital, psych ward, psych unit, psych bed, hospital psiquiatrico
care:detox | detox, detoxification, withdrawal, withdrawal management, sober up, sobering center, dope sick, dopesick, desintoxicacion
care:moud | moud, mat, suboxone, subutex, buprenorphine, buprenorfina, methadone, metadona, vivitrol, naltrexone, sublocade, otp, opioid treatment, opioid, opiate, heroin, fentanyl, pills
care:residential | residential, residential treatment, rehab, inpatient rehab, drug rehab, rehabilitacion, halfway
care:residential care:outpatient care:intensive_outpatient care:detox | drug treatment, alcohol treatment, substance abuse, substance use, addiction, addiction treatment, drugs, alcohol, alcoholism, alcoholic, drinking, meth, cocaine, crack, adiccion, drogas, alcoholismo
care:outpatient | outpatient, counseling, counselor, therapy, therapist, terapia, consejeria, psychiatrist, psiquiatra
care:outpatient care:inpatient care:intensive_outpatient care:crisis_center | mental health, salud mental, depression, depressed, depresion, anxiety, ansiedad, ptsd, bipolar, schizophrenia, psychosis, psychotic, hearing voices
care:intensive_outpatient | intensive outpatient, iop, php, partial hospitalization, day program
care:peer | peer, peer support, recovery support, support group, aa, na, grupo de apoyo
care:recovery_housing | recovery housing, recovery house, sober living, sober house, oxford house, halfway house
care:shelter | shelter, homeless shelter, emergency shelter, homeless, place to sleep, bed tonight, nowhere to go, albergue, refugio, sin hogar, sin techo
care:victim_service | dv, domestic violence, domestic abuse, abuse, battered, beaten, rape, raped, sexual assault, stalking, trafficking, safe house, violencia domestica, abuso, violacion
care:shelter care:victim_service for:women | womens shelter, shelter for women, battered womens shelter, albergue para mujeres, refugio para mujeres
care:shelter for:families | family shelter, shelter for families, albergue familiar
care:shelter for:men | mens shelter, shelter for men
care:shelter care:family_support for:youth | youth shelter, runaway, teen shelter
care:harm_reduction care:detox care:moud | overdose, od, overdosed, sobredosis
care:harm_reduction | narcan, naloxone, naloxona, needle exchange, syringe, syringes, harm reduction, clean needles
care:medical | medical, doctor, clinic, nurse, medico, clinica, health clinic, free clinic, dental, dentist
care:food | food, food pantry, pantry, food bank, soup kitchen, hungry, groceries, meals, comida, despensa, banco de comida
care:legal | legal, lawyer, attorney, legal aid, abogado, ayuda legal, order of protection, expungement
care:transport | transport, transportation, ride, rides, bus pass, transporte
care:housing | housing, rent, rent assistance, eviction, apartment, vivienda, renta, desalojo
care:case_management | case management, case manager, social worker, trabajador social
care:family_support | family support, parenting, child care, childcare, daycare, apoyo familiar
for:women | women, woman, female, mujer, mujeres
for:men | men, man, male, hombre, hombres
for:youth | youth, teen, teenager, kid, kids, child, children, adolescent, minor, joven, jovenes, nino, ninos, hijo, hija
for:young_adults | young adult
for:older_adults | senior, seniors, elderly, older adult, ancianos
for:families | family, families, familia, familias
for:veterans | veteran, vet, veterano
for:pregnant | pregnant, pregnancy, postpartum, embarazada
for:lgbtq | lgbt, lgbtq, gay, lesbian, transgender, trans, queer
for:justice | reentry, probation, parole, jail, prison, court ordered, drug court
for:co_occurring | dual diagnosis, co occurring
for:serious_mental_illness | serious mental illness, smi
for:trauma | trauma
pay:medicaid | medicaid, tenncare, medi cal
pay:medicare | medicare
pay:free | free, no insurance, uninsured, gratis, sin seguro
pay:sliding | sliding scale, sliding fee
pay:military | tricare, va benefits
access:police_dropoff | police drop off, police dropoff, drop off
access:walk_in | walk in, walkin, no appointment
access:wheelchair | wheelchair, silla de ruedas
access:pets | pets, dog, with my dog, mascotas
access:virtual | telehealth, virtual, online, by phone
language:es | spanish, espanol, en espanol, se habla espanol
language:ase | sign language, asl, deaf
open:now | open now, open tonight, right now, tonight, ahora, abierto, abierto ahora, abierto hoy, esta noche
"""

LONGEST_PHRASE = 4  # words

Codes = tuple[tuple[str, str], ...]


@cache
def phrases() -> dict[tuple[str, ...], Codes]:
    """Stems of a phrase -> its (group, code) pairs."""
    found: dict[tuple[str, ...], Codes] = {}
    for line in filter(None, TABLE.splitlines()):
        codes_text, _, names = line.partition("|")
        pairs = [tuple(code.split(":")) for code in codes_text.split()]
        codes: Codes = tuple((group, code) for group, code in pairs)
        for name in names.split(","):
            found[tuple(stem(word) for word in fold(name))] = codes
    return found


@cache
def written() -> dict[str, str]:
    """Stem -> the word as the table writes it, for showing."""
    forms: dict[str, str] = {}
    for line in filter(None, TABLE.splitlines()):
        for word in fold(line.partition("|")[2].replace(",", " ")):
            name = stem(word)
            forms[name] = min(word, forms.get(name, word), key=lambda each: (len(each), each))
    return forms
