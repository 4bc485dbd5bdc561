"""Words beside a name that tell whether a person is meant: English and Spanish, folded."""

from __future__ import annotations

from moderators.name_forms import word_set

TITLES = word_set(
    """
    aunt auntie captain coach colonel counselor czar detective director directora doctor doctora don dona dr emperor empress general
    governor imam judge king lady lord maestra maestro mayor miss mr mrs ms mx nurse officer papa pastor pope president presidente prince
    princess principal prof profe profesor profesora professor profeta prophet queen rabbi reina rev rey saint san santa santo senator
    seno senor senora senorita sergeant sir sr sra srta teacher tia tio tsar uncle
    """
)
"""Words before a name that make it an adult's or a character's."""

ROLES = word_set(
    """
    abuela abuelo actor actress actriz artista author autor autora babysitter cantante custodian dentist dentista escritor escritora grandma
    grandpa granny janitor lawyer librarian pintor pintora poet poeta rapper singer therapist
    """
)
"""What an adult is by whose name it stands, and a student hardly is: "the author jason"."""

HELLOS = word_set(
    """
    adios agradezco amiga amigo ask asked asking avisale bday bestie bro brother bye call called calling classmate congrats congratulate
    congratulations conoces cousin cumpleanos daughter dear diganle dile dm dming extranamos extrano felicidades felicita freshman friend
    gave give giving goodnight gracias grandbaby granddaughter grandson hbd hello help helping hermana hermano hey hi hija hijo hola
    invite invited junior kid named nephew niece nieta nieto oye pair paired partner poor preguntale prima primo querida querido remind
    senior shoutout show sister sobrina sobrino son sophomore student tag tagging teammate tell telling text thanks thx told ty viste yo
    """
)
"""Words before a name that is spoken to or of: "tell hope", "my cousin rose"."""

MAYBE_HELLOS = word_set(
    """
    about and behind beside besides by con e for from ft happy hate heard know knows like love mean met miss missing n near or para saw
    see sin sorry than thank told versus vs w welcome with without y
    """
)
"""Words before a name, and before things as well: "with hope"."""

BESIDE = word_set(
    """
    according apologize apologized belongs close dance happened happening lied listening mean next nice paired play playing practice rude
    sat sit sits sitting spoke stuck talk talked talking text texted work worked working wrote
    """
)
"""Words before "to", "with" or "by", behind which a person stands: "talking to page"."""

CHEERS = word_set(
    """
    birthday congrats for free go happybirthday hbd justice love team vote weheart
    """
)
"""Words of a hashtag before a name: "#TeamHope"."""

OURS = word_set(
    """
    mi mis my nuestra nuestro our
    """
)

DETERMINERS = word_set(
    """
    a an each el en every her his in its la las los no of su the their this tu un una your
    """
)
"""Words before a thing, also before one with a capital."""

BEFORE_A_THING = word_set(
    """
    a an another any are at be been best big cant could de del don dont during each early el en esta este every few first full good great
    had has have having he her his i id ill im in into it its ive la las last late less let lets little los many may mi might more most
    must my new next no not nuestra nuestro of old on one our por pure que several she should some su such that the their these they
    theyre this those to too tu u un una ur very was we well were what which will would you youll your youre
    """
)
"""Words before a thing that is written small."""

EXCLAIMED = word_set(
    """
    actually after again also anyway anyways apparently ayer because before bet bro bruh cause course creo cuando dicen entonces even
    everyone except feel guess guys heard highkey hopefully imagine just lmao lol lowkey manana maybe ngl omg once only pero please porque
    remember since sorry still supe swear tambien tbh that then think thinks though thought tmrw today tomorrow ugh until wait well when
    where while whoever whose yall yesterday
    """
)
"""Words before a name that are no noun."""

RELATED = word_set(
    """
    amigas amigos best bestie bf bff boyfriend brother captain cousin crush dating friend friends gf girlfriend hermana hermano kid neighbor
    novia novio partner president prima primo primos sister student teammate twin
    """
)
"""What a person is to another."""

KIN = word_set(
    """
    amiga amigo brother cousin dad daughter friend hermana hermano kid mom partner prima primo sister son student teammate
    """
)
"""Persons who do something: "my friend drew a map"."""

THEMSELVES = word_set(
    """
    her herself him himself itself me myself them themselves us
    """
)

PERSON = word_set(
    """
    el ella he her hers herself hes him himself his she shes
    """
)
"""Words that speak of a person who was named."""

TO_THEM = word_set(
    """
    are can come could did do please pls plz porfa puedes stop u ur ven wait what where why you your
    """
)
"""Words behind a name that is called out: "page can u send it"."""

AFTER_A_WORD = word_set(
    """
    a an as at be by down for from he his i in is it my of off on out she that the this to up we you your
    """
)
"""Words behind a verb or noun, and hardly behind a name: "mark the date"."""

CAPITAL_ANYWAY = word_set(
    """
    abril africa america apollo april asia atlas august austin brooklyn carolina chelsea china christian dakota dallas easter egypt
    elation england florence france georgia hamlet holland houston india ireland israel jackson jesus jordan june jupiter kenya lincoln
    london mars may mercury mexico milan neptune nova orlando paris phoenix rome savannah sierra sydney titan trinity troy venus verona
    victoria vienna virginia washington
    """
)
"""Names with a capital that tells nothing, since months, places and planets have it too."""

SHORT_WORDS = word_set(
    """
    ah al am an ap as at ay be by da de dm do dr eh el em en es ey go ha he hi hm hw id if ig im in is it ja je la le lo me mi mo mr ms my
    na nd no of oh ok on or pd pe pm ps pt rd rn rt se si so st te th to tu tv ty uh um un up ur us vs wa we ya yo yu
    """
)
"""Two letters that are words or abbreviations of their own; other names of two letters are hardly anything else."""

ORDINARY = word_set(
    """
    a all also and ap april art at august bio biology but can chem dad december did discord does el english everyone february for friday
    from google got grade has have he hello her hi his history how i if in instagram is it january jr jueves july june la las lmao lol los
    lunes march martes math may miercoles mom monday my no not november october ok okay omg on or our pe period please roblox room
    saturday says science september she snapchat so spanish sunday thank thanks that the they this thursday tiktok to tuesday viernes was
    we wednesday what when where who why will y yes you your youtube
    """
)
"""Words that may have a capital behind a name without being a surname."""
