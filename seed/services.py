"""The demonstration county's services: invented, with telephone numbers from the range kept for fiction (555-01xx).

One row a service. The national lines at the end are real, so that nobody who lands here by mistake is left without one.
"""

from dataclasses import dataclass

WEEK = "MO,TU,WE,TH,FR"
ALL = "MO,TU,WE,TH,FR,SA,SU"
Hours = tuple[tuple[str, str, str], ...]
ROUND: Hours = ((ALL, "00:00", "00:00"),)
OFFICE: Hours = ((WEEK, "08:00", "17:00"),)
LONG: Hours = ((WEEK, "07:00", "20:00"), ("SA", "09:00", "14:00"))
NIGHT: Hours = ((ALL, "18:00", "07:00"),)
DOSING: Hours = (("MO,TU,WE,TH,FR,SA", "05:30", "11:30"), ("MO,WE", "13:00", "16:00"))
DAY: Hours = ((ALL, "09:00", "21:00"),)
UNKNOWN: Hours = ()


@dataclass(frozen=True)
class Row:
    """name of the organization | its kind | the service. `joined`: a desk there answers. available: value and hours since."""

    organization: str
    kind: str
    name: str
    text: str
    care: str
    who: str = "adults"
    pay: str = ""
    access: str = ""
    zip: str = ""
    street: str = ""
    hours: Hours = UNKNOWN
    joined: bool = False
    available: tuple[str, float] = ("unknown", 0)
    assured_days: int | None = 30
    languages: str = "en"
    ages: tuple[int | None, int | None] = (18, None)
    eligibility: str = ""
    documents: str = ""
    area: tuple[str, str] | None = ("Davidson, TN", "county")
    phone: str = ""
    phone_kind: str = "intake"
    text_line: str = ""
    status: str = "active"
    confidential: bool = False
    alert: str = ""


CENTER = "Riverbend Crisis Center"
TREATMENT = "treatment_provider"
PART2 = "part2_program"
SOCIAL = "social_service"

# fmt: off
ROWS: tuple[Row, ...] = (
    # Crisis
    Row(CENTER, TREATMENT, "Crisis receiving, 24 hours", "Walk-in and police drop-off for anyone in a mental health or drug crisis. Nobody is turned away at the door; staff sort out what comes next. Stay up to 23 hours.",
        "crisis_center", "adults co_occurring serious_mental_illness", "free medicaid medicare private", "police_dropoff walk_in handoff_phone wheelchair transit", "37203", "410 Riverbend Way", ROUND, True, ("yes", 0.3), 6, "en es", eligibility="Adults 18 and older. No medical clearance needed.", phone="615-555-0101"),
    Row(CENTER, TREATMENT, "Crisis stabilization unit", "Voluntary short stay of three to five days with nurses day and night.",
        "inpatient", "adults serious_mental_illness", "medicaid medicare private sliding", "wheelchair", "37203", "410 Riverbend Way", ROUND, True, ("limited", 2), 6, "en es", phone="615-555-0102"),
    Row("County Mobile Crisis Team", "response_team", "Mobile crisis team", "Two clinicians come to where the person is, usually within an hour.",
        "mobile_crisis", "adults youth", "free", "handoff_phone", "37206", "77 Porter Landing", ROUND, True, ("yes", 1), 12, "en es", (None, None), phone="615-555-0103"),
    Row("Lantern Peer House", SOCIAL, "Peer respite", "A quiet house run by people who have been through it. Stay up to seven nights.",
        "respite peer", "adults", "free", "walk_in pets", "37208", "12 Lantern Row", ROUND, True, ("yes", 5), 20, eligibility="Adults who can look after their own medicine.", phone="615-555-0104"),
    Row("Harpeth Behavioral Hospital", TREATMENT, "Adult psychiatric unit", "Inpatient care, voluntary and involuntary.",
        "inpatient", "adults serious_mental_illness older_adults", "medicaid medicare private", "police_dropoff wheelchair", "37211", "2200 Harpeth Terrace", ROUND, False, assured_days=70, phone="615-555-0105"),
    Row("Harpeth Behavioral Hospital", TREATMENT, "Youth psychiatric unit", "Inpatient care for ages 6 to 17.",
        "inpatient", "youth", "medicaid private", "wheelchair", "37211", "2200 Harpeth Terrace", ROUND, False, assured_days=70, ages=(6, 17), phone="615-555-0106"),
    Row("Northside Living Room", SOCIAL, "Crisis living room", "Calm drop-in place with peers and a nurse.",
        "crisis_center peer", "adults", "free", "walk_in transit", "37207", "905 Dickerson Bend", DAY, True, ("yes", 0.8), 9, "es en", eligibility="Adults. Spanish is the first language of the house.", phone="615-555-0107"),
    # Detox and treatment
    Row("Stillwater Recovery", PART2, "Medical detox", "Alcohol, opioid and benzodiazepine withdrawal with a doctor on site.",
        "detox detox_bed alcohol_detox opioid_detox benzo_detox substance_use", "adults co_occurring", "medicaid private sliding", "police_dropoff walk_in handoff_phone wheelchair", "37210", "31 Stillwater Court", ROUND, True, ("limited", 3), 4, eligibility="Adults. Pregnant people are admitted first.", phone="615-555-0108"),
    Row("Stillwater Recovery", PART2, "Residential treatment, men", "28 to 90 days.", "residential substance_use", "men", "medicaid private self_pay", "", "37210", "33 Stillwater Court", OFFICE, True, ("no", 6), 15, phone="615-555-0109"),
    Row("Stillwater Recovery", PART2, "Residential treatment, women with children", "Mothers may bring children under 6.", "residential substance_use", "women families pregnant", "medicaid private", "wheelchair together", "37210", "35 Stillwater Court", OFFICE, True, ("yes", 9), 15, phone="615-555-0110"),
    Row("Casa Esperanza", PART2, "Desintoxicación social", "Ambiente tranquilo, personal bilingüe día y noche. Social detox without medicine, bilingual staff.",
        "detox detox_bed substance_use", "adults", "free sliding", "walk_in handoff_phone transit", "37207", "118 Esperanza Lane", ROUND, True, ("yes", 1.5), 10, "es en", eligibility="Adultos. No se pide documento de identidad.", phone="615-555-0111"),
    Row("Casa Esperanza", PART2, "Consejería de adicciones", "Outpatient counseling in Spanish, evenings too.", "outpatient substance_use", "adults families", "sliding free medicaid", "transit", "37207", "118 Esperanza Lane", LONG, True, ("yes", 20), 10, "es en", phone="615-555-0112"),
    Row("Bridgeway Clinic", PART2, "Methadone and buprenorphine", "Same-day start on weekdays. Bring any photo ID, or come without.",
        "moud outpatient methadone buprenorphine substance_use", "adults pregnant", "medicaid medicare sliding self_pay", "walk_in transit", "37206", "640 Shelby Bend", DOSING, True, ("yes", 4), 3, "en es ar", phone="615-555-0113"),
    Row("Bridgeway Clinic", PART2, "Video start of buprenorphine", "A prescriber by phone or video, seven days.", "moud buprenorphine substance_use", "adults", "medicaid private sliding", "virtual", "", "", DAY, True, ("yes", 4), 3, "en es", area=("TN", "state"), phone="615-555-0114"),
    Row("Open Palm Harm Reduction", SOCIAL, "Naloxone and syringe service", "Free naloxone, test strips, wound care and a ride to treatment when you want one.",
        "harm_reduction", "adults", "free", "walk_in transit", "37208", "54 Palm Street", ((WEEK, "10:00", "18:00"),), True, ("yes", 11), 25, phone="615-555-0115"),
    Row("Cedar Glen Center", TREATMENT, "Outpatient mental health", "Therapy and medicine, new patients within ten days.", "outpatient case_management mental_health psychiatric_medicine", "adults serious_mental_illness", "medicaid medicare private sliding", "wheelchair transit", "37211", "1500 Cedar Glen Pike", LONG, True, ("limited", 18), 40, "en es ku ar", phone="615-555-0116"),
    Row("Cedar Glen Center", TREATMENT, "Intensive outpatient program", "Three evenings a week.", "intensive_outpatient mental_health substance_use", "adults co_occurring", "medicaid private", "", "37211", "1500 Cedar Glen Pike", ((WEEK, "12:00", "21:00"),), True, ("yes", 18), 40, phone="615-555-0117"),
    Row("Maple Street Family Clinic", TREATMENT, "Child and family counseling", "Play therapy, parent coaching, school visits.", "outpatient family_support mental_health couples_family", "youth families", "medicaid private sliding", "wheelchair", "37216", "220 Maple Street", OFFICE, False, assured_days=95, ages=(3, 17), phone="615-555-0118"),
    Row("Fort Nash Veterans Clinic", TREATMENT, "Veterans mental health and recovery", "Walk in on weekday mornings.", "outpatient moud mental_health substance_use buprenorphine va ptsd", "veterans", "military free", "walk_in wheelchair", "37212", "9 Fort Nash Circle", OFFICE, False, assured_days=50, phone="615-555-0119"),
    Row("Sunrise Day Program", TREATMENT, "Partial hospital program", "Day program five days a week with lunch.", "intensive_outpatient mental_health", "adults older_adults", "medicare private", "wheelchair", "37205", "77 Sunrise Hill", OFFICE, False, assured_days=420, phone="615-555-0120"),
    Row("Second Wind Recovery", PART2, "Residential treatment", "Six-month faith-friendly program.", "residential substance_use", "men justice", "free", "", "37218", "3 Second Wind Road", OFFICE, False, assured_days=610, phone="615-555-0121"),
    Row("Old Hickory Detox", PART2, "Detox unit", "Closed for rebuilding.", "detox", "adults", "medicaid", "", "37138", "88 Old Mill Lane", UNKNOWN, False, assured_days=200, status="temporarily closed", alert="Closed since the flood. Call Stillwater Recovery instead.", phone="615-555-0122"),
    # Peers and recovery
    Row("Warmline of Middle Bend", SOCIAL, "Peer warmline", "Talk with a peer, no crisis needed.", "peer crisis_line", "adults", "free", "virtual", "", "", NIGHT, False, assured_days=33, area=("TN", "state"), phone="615-555-0123", phone_kind="hotline"),
    Row("Common Ground Recovery Center", SOCIAL, "Recovery community center", "Meetings, coaching, coffee.", "peer", "adults young_adults", "free", "walk_in transit wheelchair", "37206", "301 Common Street", DAY, True, ("yes", 15), 14, phone="615-555-0124"),
    Row("Steps Forward Homes", SOCIAL, "Recovery housing, women", "Sober living with a house lead.", "recovery_housing", "women", "self_pay sliding", "", "37207", "27 Forward Street", OFFICE, False, ("limited", 30), 60, phone="615-555-0125"),
    Row("Steps Forward Homes", SOCIAL, "Recovery housing, men", "Sober living with a house lead.", "recovery_housing", "men justice", "self_pay sliding", "", "37207", "31 Forward Street", OFFICE, False, ("no", 10), 60, phone="615-555-0126"),
    Row("Family Anchor", SOCIAL, "Family support group", "For parents and partners of people with mental illness or addiction.", "family_support peer", "families", "free", "virtual", "37215", "600 Anchor Hill", (("TU,TH", "18:00", "20:30"),), False, assured_days=80, phone="615-555-0127"),
    # Shelter
    Row("Harbor Family Shelter", SOCIAL, "Family shelter", "Rooms for parents with children. Arrive by 9 pm.", "shelter", "families", "free", "wheelchair transit together", "37203", "18 Harbor Street", ROUND, True, ("yes", 0.6), 5, "en es", (None, None), eligibility="A parent or guardian with a child under 18.", phone="615-555-0128"),
    Row("Harbor Family Shelter", SOCIAL, "Family overflow, cold nights", "Opens when it is below freezing.", "shelter", "families", "free", "together", "37203", "20 Harbor Street", NIGHT, True, ("unknown", 0), 5, "en es", (None, None), phone="615-555-0129"),
    Row("Union Men's Mission", SOCIAL, "Men's shelter", "120 beds, supper at 6 pm.", "shelter food", "men", "free", "walk_in transit", "37203", "701 Union Bend", NIGHT, True, ("limited", 1), 11, phone="615-555-0130"),
    Row("Magnolia Women's Shelter", SOCIAL, "Women's shelter", "Emergency beds for women on their own.", "shelter", "women", "free", "walk_in wheelchair", "37208", "55 Magnolia Court", ROUND, True, ("no", 2), 8, "en es", phone="615-555-0131"),
    Row("Oasis Youth House", SOCIAL, "Youth shelter", "Ages 13 to 21. Stay tonight, talk tomorrow.", "shelter", "youth young_adults lgbtq", "free", "walk_in transit", "37203", "1700 Oasis Alley", ROUND, True, ("yes", 3), 7, "en es", (13, 21), phone="615-555-0132", text_line="615-555-0133"),
    Row("Haven of the Bend", "victim_service", "Safe shelter and advocates", "Shelter, advocates and safety planning after abuse at home. Call at any hour; they will find a way to you.",
        "victim_service shelter", "abuse_survivors women men families", "free", "", "", "", ROUND, True, ("unknown", 0), 18, "en es", (None, None), phone="615-555-0134", phone_kind="crisis", confidential=True),
    Row("Room in the Bend", SOCIAL, "Winter shelter in churches", "November to March. Bus from the mission at 5 pm.", "shelter", "adults", "free", "", "37203", "705 Union Bend", (("MO,TU,WE,TH,FR,SA,SU", "17:00", "06:00"),), False, assured_days=380, phone="615-555-0135"),
    Row("Paws and People", SOCIAL, "Shelter that takes pets", "Six rooms; dogs and cats welcome.", "shelter", "adults", "free", "pets", "37209", "44 Charlotte Bend", ROUND, False, ("no", 3), 45, phone="615-555-0136"),
    Row("County Housing Door", SOCIAL, "Coordinated entry for housing", "One assessment opens all housing programs.", "housing case_management", "adults families veterans", "free", "walk_in transit", "37210", "800 Second Bend", OFFICE, True, ("yes", 22), 16, "en es", (None, None), documents="Photo ID if you have one", phone="615-555-0137"),
    Row("Rent Help Fund", SOCIAL, "Rent and utility help", "Closed until new money comes.", "housing", "families adults", "free", "", "37210", "801 Second Bend", OFFICE, False, ("no", 5), 22, status="inactive", phone="615-555-0138"),
    # Food, health, legal, transport
    Row("Second Table Food Bank", SOCIAL, "Food pantry", "Groceries, no questions.", "food", "adults families older_adults", "free", "walk_in wheelchair", "37228", "331 Table Street", ((WEEK, "09:00", "15:00"),), False, ("yes", 40), 28, "en es", (None, None), phone="615-555-0139"),
    Row("Second Table Food Bank", SOCIAL, "Mobile pantry, Antioch", "Every Saturday in the school lot.", "food", "families", "free", "", "37013", "5100 Antioch Bend", (("SA", "08:00", "11:00"),), False, assured_days=35, languages="en es ar", ages=(None, None), phone="615-555-0140"),
    Row("Union Men's Mission", SOCIAL, "Hot meals", "Breakfast at 6, lunch at 12, supper at 6.", "food", "adults", "free", "walk_in", "37203", "701 Union Bend", ((ALL, "06:00", "19:00"),), True, ("yes", 1), 11, ages=(None, None), phone="615-555-0141"),
    Row("Good Neighbor Clinic", TREATMENT, "Walk-in medical clinic", "Wounds, infections, medicine refills, pregnancy tests.", "medical", "adults families", "free medicaid sliding", "walk_in wheelchair transit", "37207", "1200 Neighbor Way", LONG, True, ("yes", 6), 13, "en es", (None, None), phone="615-555-0142"),
    Row("Street Medicine Van", TREATMENT, "Street medicine", "Nurses who come to camps and corners.", "medical harm_reduction", "adults", "free", "", "37210", "", ((WEEK, "16:00", "22:00"),), False, assured_days=120, phone="615-555-0143"),
    Row("Medical Respite House", TREATMENT, "Medical respite beds", "For people leaving hospital without a home.", "medical shelter", "adults", "free medicaid", "wheelchair handoff_phone", "37208", "60 Magnolia Court", ROUND, False, ("limited", 7), 26, phone="615-555-0144"),
    Row("Bend Legal Aid", SOCIAL, "Legal help line", "Eviction, benefits, orders of protection, old fines.", "legal", "adults families abuse_survivors", "free", "virtual", "37219", "209 Court Square", OFFICE, True, ("yes", 12), 19, "en es", (None, None), phone="615-555-0145"),
    Row("Clean Slate Project", SOCIAL, "Record clearing", "Expungement clinic on first Mondays.", "legal", "justice", "free", "", "37219", "211 Court Square", UNKNOWN, False, assured_days=510, phone="615-555-0146"),
    Row("Ride Home", SOCIAL, "Rides to treatment", "Door to door, book two hours ahead.", "transport", "adults veterans", "free medicaid", "wheelchair", "37210", "90 Depot Bend", ((ALL, "06:00", "22:00"),), True, ("limited", 2), 17, "en es", (None, None), phone="615-555-0147"),
    Row("Bus Pass Desk", SOCIAL, "Bus passes", "Day passes for appointments.", "transport", "adults", "free", "walk_in transit", "37219", "400 Transit Square", OFFICE, False, assured_days=48, phone="615-555-0148"),
    Row("Reentry Works", SOCIAL, "Reentry case management", "Meets you at the gate.", "case_management", "justice men women", "free", "transit", "37210", "77 Depot Bend", OFFICE, True, ("yes", 16), 21, phone="615-555-0149"),
    Row("Quick Response Team", "response_team", "Visit after an overdose", "A peer and a paramedic knock within three days.", "peer harm_reduction case_management", "adults families", "free", "", "37206", "79 Porter Landing", OFFICE, True, ("yes", 8), 10, "en es", phone="615-555-0150"),
    Row("Elder Care Line", SOCIAL, "Help for older adults", "Home visits, meals, caregivers.", "case_management food", "older_adults", "free", "virtual", "37205", "5 Elder Lane", OFFICE, False, assured_days=66, ages=(60, None), phone="615-555-0151"),
    Row("New Roots Center", SOCIAL, "Refugee and immigrant support", "Counselors who speak Arabic, Kurdish, Somali and Spanish.", "case_management outpatient", "families adults trauma", "free", "transit", "37211", "3900 Roots Pike", OFFICE, True, ("yes", 30), 31, "ar ku so es en", (None, None), phone="615-555-0152"),
    Row("Rainbow Porch", SOCIAL, "LGBTQ+ young adult drop-in", "Warm room, counselor on Wednesdays.", "peer family_support", "lgbtq young_adults youth", "free", "walk_in", "37206", "15 Porch Street", (("MO,WE,FR", "15:00", "20:00"),), False, assured_days=58, ages=(14, 24), phone="615-555-0153"),
    Row("Deaf Bridge", SOCIAL, "Deaf mental health advocates", "Advocates who sign.", "case_management peer", "adults", "free", "virtual", "37214", "8 Bridge Court", OFFICE, False, assured_days=44, languages="ase en", ages=(None, None), phone="615-555-0154", phone_kind="tty"),
    Row("Sober Night Center", SOCIAL, "Sobering center", "Sleep it off under a nurse's eye instead of jail. Police drop-off by the side door.", "crisis_center detox", "adults", "free", "police_dropoff walk_in handoff_phone", "37210", "900 Second Bend", NIGHT, True, ("yes", 0.5), 9, phone="615-555-0155"),
    Row("First Light Perinatal", PART2, "Treatment in pregnancy", "Medicine, prenatal care and a doula.", "moud outpatient substance_use buprenorphine", "pregnant women", "medicaid private", "", "37212", "19 First Light Way", OFFICE, False, assured_days=77, phone="615-555-0156"),
)

NATIONAL: tuple[Row, ...] = (
    Row("988 Suicide & Crisis Lifeline", "other", "988 Suicide & Crisis Lifeline", "Call or text 988 at any hour. Spanish: press 2. ASL videophone: dial 988.", "crisis_line", "adults youth lgbtq", "free", "virtual handoff_phone", hours=ROUND, languages="en es ase", ages=(None, None), area=("US", "nation"), phone="988", phone_kind="hotline", text_line="988", assured_days=10),
    Row("Veterans Crisis Line", "other", "Veterans Crisis Line", "Dial 988, then press 1. Or text 838255.", "crisis_line", "veterans", "free", "virtual", hours=ROUND, ages=(None, None), area=("US", "nation"), phone="988", phone_kind="hotline", text_line="838255", assured_days=10),
    Row("211", "other", "211 information and referral", "Food, housing, bills and more, by phone.", "case_management housing food", "adults families", "free", "virtual", hours=ROUND, languages="en es", ages=(None, None), area=("US", "nation"), phone="211", phone_kind="hotline", assured_days=10),
    Row("SAMHSA National Helpline", "other", "SAMHSA National Helpline", "Treatment referral and information, 24 hours.", "case_management", "adults families", "free", "virtual", hours=ROUND, languages="en es", ages=(None, None), area=("US", "nation"), phone="1-800-662-4357", phone_kind="hotline", assured_days=10),
    Row("National Domestic Violence Hotline", "victim_service", "National Domestic Violence Hotline", "Advocates at any hour. Text START to 88788.", "victim_service", "abuse_survivors", "free", "virtual", hours=ROUND, languages="en es", ages=(None, None), area=("US", "nation"), phone="1-800-799-7233", phone_kind="crisis", text_line="88788", assured_days=10, confidential=True),
    Row("The Trevor Project", "other", "Trevor Lifeline", "For LGBTQ+ young people in crisis.", "crisis_line", "lgbtq youth young_adults", "free", "virtual", hours=ROUND, ages=(None, 24), area=("US", "nation"), phone="1-866-488-7386", phone_kind="hotline", text_line="678678", assured_days=10),
    Row("Poison Help", "other", "Poison Help", "Swallowed, breathed or touched something? Call at once, at any hour.", "medical", "adults youth families", "free", "virtual", hours=ROUND, languages="en es", ages=(None, None), area=("US", "nation"), phone="1-800-222-1222", phone_kind="hotline", assured_days=10),
)
# fmt: on
