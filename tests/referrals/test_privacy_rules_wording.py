"""Privacy rule P10: what belongs to criminal justice is kept out of typed text, and everyday sentences are let in."""

import pytest

from portal.referrals.wording import checked
from portal.store import Refused

pytestmark = [pytest.mark.sqlite_only, pytest.mark.usefixtures("app")]
NEVER = """
has a warrant out
two warrants in Davidson County
on probation until May
he is on parole
known parolee
long rap sheet
criminal history attached
see criminal record
prior felony
two felonies
misdemeanor assault 2019
misdemeanour theft
was convicted of theft
conviction for burglary
three convictions
indicted last year
under indictment
charged with assault
charged with public intoxication
has priors
registered sex offender
NCIC hit this morning
ran him through NCIC
CJIS check is clear
ORI TN0190100
NIC W123456789
FBI number 12345A7
FBI # 99887AB1
UCN 4455667788
SID TN00123456
SID: 445566
OCA 2026-001234
SSN 123-45-6789
his social is 123 45 6789
number 123456789 on the card
violated his probation
parole officer is on the way
arrest warrant
no criminal history
felon with a dog
""".strip().split("\n")
HARMLESS = """
Afraid of dogs
Two small children are with her
Uses a wheelchair
Speaks Spanish only
Needs an interpreter for ASL
Wants to talk to a woman
Has not slept for two days
Will come by bus 23
Stands at the front door in a red coat
Please call before noon
Her sister is with her
Has a cat in a carrier
Took his insulin at 8
Allergic to penicillin
Hard of hearing, speak slowly
Is cold and wet
Has no phone of his own
Asks for a quiet room
Does not like to be touched
Left his glasses at home
Needs help with stairs
Wants his mother to be called
Is calm now
Was loud an hour ago, is calm now
No weapons seen
A knife was taken away and is with the officer
Please meet us at the side entrance
We arrive in twenty minutes
Parking is behind the house
She is five months pregnant
Needs diapers for the baby
Drinks coffee and feels better
Has Medicaid
Insurance card is with him
Lost his ID last week
Is a veteran
Was in the Army for ten years
Works nights at the bakery
Lives in his car
Sleeps under the bridge at times
Wants to stay with his dog
The dog is friendly
Needs food today
Ate an hour ago
Asks if smoking is allowed
Smokes outside
Has a charged phone
The phone is charging in the car
Wheelchair is charged
She is in charge of her own money
Who is in charge tonight?
His charger is broken
Free of charge, we told them
The nurse in charge knows him
Was at your place in March
Knows Maria at the desk
Prefers to be called Sam
Pronouns are they and them
Speaks Arabic and a little English
Reads large print only
Anxious in small rooms
Needs the door to stay open
Does not hear well on the left
Wants a shower first
Has clean clothes in a bag
Bag is with the team
Medicine is in the blue bag
Takes the medicine twice a day
Next dose at 9 tonight
Can walk, but slowly
Broke an arm last month
Cast on the left arm
Bandage was changed today
Ask about the bandage
Please bring a blanket
Is scared of elevators
First floor would be good
Came with a neighbor
The neighbor can drive
Her brother will pick up the car
Car is parked safely
Key is with the neighbor
House is locked
Stove is off
Son is at school until three
School will call the aunt
Aunt takes the kids tonight
Kids have eaten
Needs a car seat for a two year old
Baby is six weeks old
Is nursing
Formula is needed
Wants to call her job
Job starts at six
Shift is covered
Boss knows
Has an appointment on Friday
Friday at ten, please remind her
Missed the bus twice
Has a bus pass
Can pay the bus
No money for a taxi
A ride was promised by a friend
Friend did not come
Waits in the lobby
Sits on the bench by the door
Is hungry
Asked for water
Threw up once, feels better
Fell yesterday, no pain now
Hit his head a week ago
A doctor looked at it
Was at the clinic on Main Street
Clinic gave him a note
Note is in the pocket
Has trouble breathing on stairs
Inhaler is with her
Heart medicine at home
Needs oxygen at night
Machine is in the trunk
Blind in one eye
Cane is with him
Service dog comes along
Dog needs water
Quiet voice works best
Do not stand behind him
Sirens upset him
Uniforms make her nervous
Plain clothes would help
One person at a time
Give time to answer
Yes and no questions work
Writes better than he speaks
Draws when nervous
Likes music
Radio helps
Headphones are in the bag
Has not eaten meat for years
Halal food, please
Kosher if possible
No peanuts
Diabetic, needs a snack at ten
Checks sugar himself
Was polite the whole time
Said thank you
Wants help now
Changed his mind twice, says yes now
Agreed in front of both of us
Signed the form
Took the card
Knows how to call you
Has your number on paper
Told us the story of his farm
Misses his wife
Wife died in June
Cries at times
Laughs about it
Feels alone at night
Nights are the hardest
Heard voices last night
No voices today
Wants to sleep
Slept three hours
Had two beers at noon
Last drink at noon
No drink since Sunday
Shakes a little
Sweats a little
Wants to stop drinking
Used last night
Wants to stop today
Naloxone was given at 2
Woke up after one dose
Breathing is fine
Talks clearly
Knows the day
Knows where he is
A bit confused about the time
Calls me by the wrong name
Please ask again about pain
Pain is a four of ten
Foot is swollen
Shoes are too small
Needs size eleven shoes
Coat was given to him
Hat is his favorite
Keep the hat with him
Papers are in order
Has a lawyer for his rent
Court about the rent is on Monday
Landlord knows
Rent is late
Power was cut
No heat at home
Water is fine
Roof leaks
Neighbors are kind
Prior stay with you went well
She was here prior to lunch
Parking lot B, near the record store
""".strip().split("\n")


def refused(text: str) -> bool:
    try:
        checked(text, "safety_notes")
    except Refused:
        return True
    return False


def test_p10_what_belongs_to_criminal_justice_is_refused() -> None:
    assert [text for text in NEVER if not refused(f"Please note: {text}, thank you")] == []


def test_p10_at_most_two_of_a_hundred_harmless_sentences_are_refused() -> None:
    assert (len(NEVER), len(HARMLESS)) == (40, 200)
    assert len(set(HARMLESS)) == 200
    wrong = [text for text in HARMLESS if refused(text)]
    assert len(wrong) <= len(HARMLESS) * 0.02, wrong


def test_p10_the_refusal_never_repeats_what_was_typed() -> None:
    with pytest.raises(Refused) as found:
        checked("Quill has a warrant", "safety_notes")
    assert "Quill" not in found.value.reason
