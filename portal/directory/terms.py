"""The portal's own search words: what a filter, a need and a hit's reason are made of.

Stored as terms of the taxonomy `handrail` (category = group, code = code), so a listing carries them as integer pairs.
An import maps its source's codes onto these; search reads only these.
"""

from flask_babel import lazy_gettext as _l

TAXONOMY = "handrail"

# group -> code -> label. Codes are stored: adding is free, renaming is a migration.
GROUPS = {
    "care": {
        "crisis_line": _l("Crisis line"),
        "mobile_crisis": _l("Mobile crisis team"),
        "crisis_center": _l("Crisis receiving center"),
        "respite": _l("Peer respite"),
        "inpatient": _l("Psychiatric inpatient"),
        "detox": _l("Detox"),
        "moud": _l("Medication for opioid use"),
        "residential": _l("Residential treatment"),
        "outpatient": _l("Outpatient treatment"),
        "intensive_outpatient": _l("Intensive outpatient or day program"),
        "peer": _l("Peer support"),
        "recovery_housing": _l("Recovery housing"),
        "shelter": _l("Shelter"),
        "victim_service": _l("Help after abuse or assault"),
        "harm_reduction": _l("Naloxone and harm reduction"),
        "medical": _l("Medical care"),
        "food": _l("Food"),
        "legal": _l("Legal help"),
        "transport": _l("Transport"),
        "housing": _l("Housing help"),
        "case_management": _l("Case management"),
        "family_support": _l("Family support"),
    },
    "for": {
        "adults": _l("Adults"),
        "youth": _l("Children and youth"),
        "young_adults": _l("Young adults"),
        "older_adults": _l("Older adults"),
        "women": _l("Women"),
        "men": _l("Men"),
        "families": _l("Families with children"),
        "veterans": _l("Veterans"),
        "pregnant": _l("Pregnant or postpartum"),
        "lgbtq": _l("LGBTQ+"),
        "justice": _l("Leaving jail or prison"),
        "trauma": _l("Trauma survivors"),
        "abuse_survivors": _l("Survivors of abuse"),
        "co_occurring": _l("Mental health and substance use together"),
        "serious_mental_illness": _l("Serious mental illness"),
    },
    "pay": {
        "free": _l("Free"),
        "medicaid": _l("Medicaid"),
        "medicare": _l("Medicare"),
        "private": _l("Private insurance"),
        "sliding": _l("Sliding scale"),
        "self_pay": _l("Self-pay"),
        "military": _l("Military insurance or VA"),
    },
    "access": {
        "police_dropoff": _l("Police drop-off"),
        "walk_in": _l("Walk-in"),
        "handoff_phone": _l("Takes a warm handoff by phone"),
        "wheelchair": _l("Wheelchair access"),
        "transit": _l("On a bus line"),
        "together": _l("Families stay together"),
        "pets": _l("Pets welcome"),
        "virtual": _l("By phone or video"),
    },
}

# Finer than a filter: what a service treats, gives or is made for. No page offers these to tick; a need word reaches them.
# `field` alone decides nothing: of two services of the same kind, the one for this is the better answer.
TOPICS = {
    "field": {
        "mental_health": _l("Mental health"),
        "substance_use": _l("Drugs and alcohol"),
    },
    "topic": {
        "methadone": _l("Methadone"),
        "buprenorphine": _l("Buprenorphine"),
        "naltrexone": _l("Naltrexone"),
        "alcohol_medicine": _l("Medication for alcohol use"),
        "detox_bed": _l("Detox with a bed"),
        "alcohol_detox": _l("Alcohol detox"),
        "opioid_detox": _l("Opioid detox"),
        "benzo_detox": _l("Benzodiazepine detox"),
        "stimulant_detox": _l("Stimulant detox"),
        "psychiatric_emergency": _l("Psychiatric emergencies on site"),
        "crisis_intervention": _l("Crisis intervention team"),
        "psychiatric_medicine": _l("Psychiatric medication"),
        "ptsd": _l("Post-traumatic stress"),
        "early_psychosis": _l("First episode of psychosis"),
        "eating_disorders": _l("Eating disorders"),
        "gambling": _l("Gambling"),
        "dementia": _l("Dementia"),
        "brain_injury": _l("Brain injury"),
        "emotional_disturbance": _l("Serious emotional disturbance of a child"),
        "hiv": _l("HIV"),
        "hepatitis": _l("Hepatitis"),
        "chronic_pain": _l("Chronic pain with substance use"),
        "smoking": _l("Quitting tobacco"),
        "anger": _l("Anger management"),
        "dui": _l("Driving under the influence"),
        "court_ordered": _l("Treatment ordered by a court"),
        "dbt": _l("Dialectical behavior therapy"),
        "cbt": _l("Cognitive behavioral therapy"),
        "emdr": _l("EMDR"),
        "tms": _l("Magnetic stimulation"),
        "ect": _l("Electroconvulsive therapy"),
        "ketamine": _l("Ketamine treatment"),
        "couples_family": _l("Couples and family therapy"),
        "contingency": _l("Rewards for staying off drugs"),
        "assertive_community": _l("Assertive community treatment"),
        "rehabilitation": _l("Psychosocial rehabilitation"),
        "work": _l("Help with work or school"),
        "drug_test": _l("Drug testing"),
        "acupuncture": _l("Acupuncture"),
        "intervention": _l("Family intervention"),
        "va": _l("Veterans Affairs"),
        "active_duty": _l("Active duty and military families"),
        "tribal": _l("Native American health"),
    },
}
EVERY = GROUPS | TOPICS

# What one person wants now: the need code of a referral, its words, and the kinds of care that answer it, best first.
NEEDS = {
    "crisis": (
        _l("Mental health crisis"),
        ("crisis_center", "mobile_crisis", "crisis_line", "inpatient", "respite"),
    ),
    "detox": (_l("Detox"), ("detox",)),
    "moud": (_l("Medication for opioid use"), ("moud",)),
    "sud_treatment": (_l("Drug or alcohol treatment"), ("residential", "intensive_outpatient", "outpatient")),
    "mh_treatment": (_l("Mental health care"), ("outpatient", "intensive_outpatient", "inpatient")),
    "peer": (_l("A peer"), ("peer", "respite")),
    "shelter": (_l("Shelter tonight"), ("shelter", "recovery_housing")),
    "housing": (_l("Housing help"), ("housing", "recovery_housing")),
    "food": (_l("Food"), ("food",)),
    "medical": (_l("Medical care"), ("medical",)),
    "legal": (_l("Legal help"), ("legal",)),
    "transport": (_l("Transport"), ("transport",)),
    "case_management": (_l("Case management"), ("case_management", "family_support")),
    "other": (_l("Something else"), ()),
}


def needs_for(care_codes: set[str]) -> list[str]:
    """Need codes that a service with these kinds of care can answer, in the order of NEEDS; `other` when none."""
    found = [code for code, (_label, cares) in NEEDS.items() if care_codes.intersection(cares)]
    return found or ["other"]
