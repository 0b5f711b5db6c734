"""Who records in the demonstration, how much of the work each has, where they are and who their people are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from agencies.services import Colleague
from agencies.vocabulary import Role
from disruptions.demonstration.figures import FORCES

POLICE: Final = "police"

GROUP_SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    "2023": {POLICE: 35, "rocu": 10, "nca": 19, "ie": 21, "bf": 8, "hoi": 4, "scotland": 2, "psni": 1},
    "2024": {POLICE: 27, "rocu": 11, "nca": 21, "ie": 24, "bf": 9, "hoi": 4, "scotland": 3, "psni": 1},
    "2025": {POLICE: 38, "rocu": 10, "nca": 17, "ie": 20, "bf": 8, "hoi": 3, "scotland": 3, "psni": 1},
    "2026": {POLICE: 42, "rocu": 10, "nca": 16, "ie": 18, "bf": 7, "hoi": 3, "scotland": 3, "psni": 1},
}
"""How the lead records of a year split between groups, in parts of a hundred: invented."""

ROCUS: Final[Mapping[str, int]] = {
    "serocu": 18,
    "ersou": 17,
    "nwrocu": 14,
    "yhrocu": 12,
    "rocuwm": 12,
    "emsou": 10,
    "swrocu": 8,
    "tarian": 5,
    "nerocu": 4,
}

GROUPS: Final[Mapping[str, Mapping[str, int]]] = {
    "rocu": ROCUS,
    "nca": {"nca": 1},
    "ie": {"immigration-enforcement": 1},
    "bf": {"border-force": 1},
    "hoi": {"home-office-intelligence": 1},
    "scotland": {"police-scotland": 1},
    "psni": {"psni": 1},
}

NOT_COVERED: Final = ("hmrc", "btp")
"""Agencies that record and are outside the published coverage (S0)."""

LATER_FORCES: Final[Mapping[str, int]] = {
    force: {
        "surrey": 130,
        "thames-valley": 125,
        "northamptonshire": 90,
        "sussex": 88,
        "metropolitan": 120,
        "kent": 105,
        "essex": 60,
        "west-midlands": 70,
        "greater-manchester": 62,
    }.get(force, 8 + records)
    for force, records in FORCES.items()
}
"""How police records split after the inspection: the forces that recorded little have begun to. Invented."""

OTHERS: Final = (*ROCUS, *(code for group in list(GROUPS.values())[1:] for code in group), *NOT_COVERED)
RECORDING: Final = (*FORCES, *OTHERS)
"""Every agency that records, in a fixed order."""

LARGE: Final = frozenset(
    {
        "surrey",
        "thames-valley",
        "northamptonshire",
        "sussex",
        "metropolitan",
        "kent",
        "nca",
        "immigration-enforcement",
        "border-force",
    }
)
"""Agencies with a records section and a system that posts through the API."""

OVERSEAS: Final = ("FR", "BE", "NL", "DE", "TR", "IT", "ES", "AL", "RO", "BG", "IQ", "VN")

AREAS_OF_NATIONAL_WORK: Final = (
    *("kent",) * 9,
    *("metropolitan",) * 6,
    *("essex",) * 4,
    *("sussex",) * 3,
    *("hampshire",) * 3,
    *("humberside",) * 3,
    *("west-midlands",) * 3,
    *("greater-manchester",) * 3,
    *("thames-valley",) * 2,
    *("surrey",) * 2,
    *("merseyside",) * 2,
    *("devon-and-cornwall",) * 2,
    "suffolk",
    "norfolk",
    "dorset",
    "bedfordshire",
    "west-yorkshire",
    "avon-and-somerset",
    "north-wales",
    "south-wales",
    "lincolnshire",
    "northamptonshire",
)
"""Force areas in which the national agencies work, as often as they stand here."""

AREAS_OF_ROCUS: Final[Mapping[str, tuple[str, ...]]] = {
    "serocu": ("thames-valley", "hampshire", "surrey", "sussex"),
    "ersou": ("kent", "essex", "kent", "norfolk", "suffolk", "bedfordshire", "hertfordshire", "cambridgeshire"),
    "nwrocu": ("greater-manchester", "merseyside", "lancashire", "cheshire", "north-wales"),
    "yhrocu": ("west-yorkshire", "humberside", "south-yorkshire", "north-yorkshire"),
    "rocuwm": ("west-midlands", "staffordshire", "west-mercia", "warwickshire"),
    "emsou": ("northamptonshire", "leicestershire", "nottinghamshire", "lincolnshire", "derbyshire"),
    "swrocu": ("avon-and-somerset", "devon-and-cornwall", "dorset", "wiltshire", "gloucestershire"),
    "tarian": ("south-wales", "gwent", "dyfed-powys"),
    "nerocu": ("northumbria", "cleveland", "durham"),
}

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "surrey": ("Guildford", "Woking", "Redhill", "Staines", "Epsom", "the M25 at Clacket Lane", "Camberley"),
    "thames-valley": ("Reading", "Slough", "Milton Keynes", "Oxford", "High Wycombe", "the M4 at Membury", "Banbury"),
    "northamptonshire": ("Northampton", "Wellingborough", "Corby", "Kettering", "the A14 at Thrapston", "Daventry"),
    "sussex": ("Newhaven", "Brighton", "Crawley", "Eastbourne", "Hastings", "Shoreham", "Gatwick"),
    "metropolitan": ("Croydon", "Ilford", "Southall", "Barking", "Tottenham", "Peckham", "Wembley", "Lewisham"),
    "kent": ("Dover", "Folkestone", "Ashford", "Ramsgate", "Maidstone", "Dungeness", "Gravesend", "Deal"),
    "essex": ("Harwich", "Purfleet", "Tilbury", "Basildon", "Chelmsford", "Stansted", "Grays"),
    "west-midlands": ("Birmingham", "Coventry", "Wolverhampton", "Walsall", "Smethwick", "Dudley"),
    "greater-manchester": ("Manchester", "Cheetham Hill", "Bolton", "Oldham", "Rochdale", "Salford"),
    "west-yorkshire": ("Leeds", "Bradford", "Huddersfield", "Halifax", "Wakefield"),
    "hampshire": ("Southampton", "Portsmouth", "Basingstoke", "Eastleigh", "Fareham"),
    "avon-and-somerset": ("Bristol", "Avonmouth", "Bath", "Taunton", "Weston-super-Mare"),
    "devon-and-cornwall": ("Plymouth", "Exeter", "Newlyn", "Falmouth", "Torquay"),
    "lancashire": ("Preston", "Blackburn", "Heysham", "Burnley", "Blackpool"),
    "humberside": ("Hull", "Immingham", "Grimsby", "Goole", "Scunthorpe"),
    "south-wales": ("Cardiff", "Swansea", "Barry", "Merthyr Tydfil"),
    "bedfordshire": ("Luton", "Bedford", "Dunstable", "Toddington services"),
    "norfolk": ("Norwich", "Great Yarmouth", "King's Lynn", "Thetford"),
    "dorset": ("Poole", "Bournemouth", "Weymouth", "Portland"),
    "merseyside": ("Liverpool", "Birkenhead", "Bootle", "St Helens"),
    "hertfordshire": ("Watford", "Stevenage", "St Albans", "South Mimms services"),
    "lincolnshire": ("Boston", "Lincoln", "Spalding", "Skegness"),
    "north-wales": ("Holyhead", "Wrexham", "Rhyl", "Bangor"),
    "cheshire": ("Warrington", "Chester", "Crewe", "Ellesmere Port"),
    "leicestershire": ("Leicester", "Loughborough", "Hinckley"),
    "cambridgeshire": ("Peterborough", "Cambridge", "Wisbech", "Huntingdon"),
    "suffolk": ("Felixstowe", "Ipswich", "Lowestoft", "Bury St Edmunds"),
    "nottinghamshire": ("Nottingham", "Mansfield", "Newark"),
    "south-yorkshire": ("Sheffield", "Doncaster", "Rotherham"),
    "northumbria": ("Newcastle", "North Shields", "Sunderland"),
    "staffordshire": ("Stoke-on-Trent", "Stafford", "Keele services"),
    "derbyshire": ("Derby", "Chesterfield", "Ilkeston"),
    "gwent": ("Newport", "Cwmbran", "Abergavenny"),
    "west-mercia": ("Hereford", "Worcester", "Telford"),
    "wiltshire": ("Swindon", "Salisbury", "Chippenham"),
    "durham": ("Darlington", "Durham", "Seaham"),
    "cleveland": ("Middlesbrough", "Hartlepool", "Teesport"),
    "cumbria": ("Carlisle", "Barrow", "Kendal"),
    "north-yorkshire": ("York", "Scarborough", "Harrogate"),
    "warwickshire": ("Rugby", "Nuneaton", "Leamington Spa"),
    "gloucestershire": ("Gloucester", "Cheltenham", "Sharpness"),
    "dyfed-powys": ("Pembroke Dock", "Carmarthen", "Fishguard"),
    "city-of-london": ("the City", "Bishopsgate"),
    "police-scotland": ("Glasgow", "Cairnryan", "Aberdeen", "Edinburgh", "Grangemouth"),
    "psni": ("Belfast", "Larne", "Newry", "Warrenpoint"),
}
"""Places in each force area."""

_GIVEN_NAMES: Final = [
    "Amara",
    "Bryn",
    "Carys",
    "Dev",
    "Esme",
    "Farid",
    "Gemma",
    "Hugh",
    "Imogen",
    "Jonas",
    "Keira",
    "Liam",
    "Maya",
    "Nadia",
    "Oscar",
    "Pippa",
    "Quentin",
    "Rhys",
    "Selma",
    "Tariq",
    "Una",
    "Victor",
    "Wendy",
    "Xander",
    "Yasmin",
    "Zoe",
    "Aled",
    "Bronwen",
    "Clive",
    "Dara",
    "Edwin",
    "Freya",
    "Gareth",
    "Hana",
    "Iain",
    "Jasmin",
    "Kofi",
    "Lorna",
    "Milo",
    "Nerys",
]
_FAMILY_NAMES: Final = [
    "Aldous",
    "Barrowby",
    "Calder",
    "Denholm",
    "Eastwood",
    "Farrow",
    "Garside",
    "Hallam",
    "Inskip",
    "Jessop",
    "Kellaway",
    "Lambourne",
    "Marchbank",
    "Netherton",
    "Oakshott",
    "Penhale",
    "Quayle",
    "Ravensworth",
    "Standish",
    "Thornbury",
    "Underhill",
    "Verrall",
    "Winstanley",
    "Yarrow",
    "Ashdown",
    "Birkett",
    "Copthorne",
    "Dunmore",
    "Elphick",
    "Fenwick",
    "Goodall",
    "Hepburn",
    "Ivory",
    "Jarrow",
    "Kimble",
    "Langdale",
    "Merrick",
    "Norbury",
    "Ormsby",
    "Prowse",
    "Redfern",
    "Sallis",
    "Tolland",
]

THREAT_MANAGING: Final = (
    "surrey",
    "metropolitan",
    "kent",
    "serocu",
    "ersou",
    "nwrocu",
    "rocuwm",
    "immigration-enforcement",
)
"""Agencies with a threat manager of their own; the NCA's keeps the rest."""

SECOND_MODERATOR: Final = "moderation@nca.example"


def colleagues() -> list[Colleague]:
    """Return the people whom the demonstration needs beside its accounts: nobody can sign in as one of them."""
    found = [_colleague(SECOND_MODERATOR, "nca", national=(Role.MODERATOR,))]
    for code in RECORDING:
        found.append(_colleague(f"officer@{code}.example", code, Role.RECORDER))
        found.append(_colleague(f"approver@{code}.example", code, Role.APPROVER))
        if code in LARGE:
            found.append(_colleague(f"records@{code}.example", code, Role.RECORDER))
        if code in THREAT_MANAGING:
            found.append(_colleague(f"threats@{code}.example", code, Role.THREAT_MANAGER))
    return found


def _colleague(email: str, agency: str, *roles: Role, national: tuple[Role, ...] = ()) -> Colleague:
    place = RECORDING.index(agency) * 5 + len(email.partition("@")[0])
    given = _GIVEN_NAMES[place * 7 % len(_GIVEN_NAMES)]
    family = _FAMILY_NAMES[place * 11 % len(_FAMILY_NAMES)]
    return Colleague(email=email, name=f"{given} {family}", agency=agency, roles=roles, national_roles=national)
