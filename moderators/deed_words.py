"""Verbs and states that tell what a person does or is: English and Spanish, folded."""

from __future__ import annotations

from moderators.name_forms import word_set

ENGLISH_DEEDS = word_set(
    """
    answered answers apologized argued argues asked asks ate babysits baked barfed begged begs biked bit bites blocked borrowed bought
    bragged brags brings broke brought bullied bullies burped called calls came carried caught chased cheated cheats chews chose climbed
    climbs complained complains cooked cooks copied copies copying cried danced dances dated deleted ditched drank draws drew drinks drives
    drools dropped drove dumped eats explained explains failed fainted faints farted fell finished flunked followed forgave forgot fought
    gave gets giggled gives goes gossips got grabbed graduated graduates guessed had has hates heard helped hid hides hit hits hugged
    invited joined joins jumped juuls keeps kept kicked kicks kissed knew knows laughed laughs learned leave leaves left lends lent lied
    lies liked likes limps listened listens lives loses lost loved loves made makes met missed misses mocked moved mumbles needs owes paid
    paints passed pinched pinches played plays posted posts practiced prays presented presents promised puked pulled punched punches pushed
    quit quits raised reads rides rode rolled runs said sang sat saved says scored scratched screamed screams screenshotted sent shared
    shook shouted shouts shoved sings sits skates sketches skipped skips slapped sleeps slept smiled smiles sneaked sneaks sneezed sneezes
    snitched snores snuck speaks spelled spells spent spilled spit spits spoke stammers stared started stayed steals stole stood studied
    studies stutters sulks swam swears swims swore takes talked talks tattled tattles taught teaches teased teases tells texted texts
    thanked thinks thought threw throws told took touched touches transferred tried tries tripped trips tutored tutors tweeted understood
    unfollowed vaped vapes visited visits volunteered volunteers vomited voted votes wakes walked walks wants waved wear wears went
    whispered woke won wondered wonders wore worries wrote yawns yelled yells
    """
)
"""What a person does: "hope forgot"."""

_SPANISH_DEEDS = word_set(
    """
    anda avienta aviso ayudo baila cae canta canto cayo choco come comio conto copio da debe dejo dibujo dice dijo dio echa empuja empujo
    encontro encuentra enojo entrego entro escondio escribio escupio esta estaba estuvo falta falto fue gano golpea golpeo grita grito gusta
    habla hablo hace hizo insulta insulto invito jala jalo jode juega jugo lastimo leyo llama llamo llego lleva llora lloro manda mando mira
    miro molesta molesto mordio muerde necesita ofendio olvido paso patea pateo pego peleo pellizco perdio pide pidio pone presta presto
    puede puso quiere quiso quita quito reprobo rio robo rompio sabe saca saco sale salio tiene tira tiro trabaja trae trajo trata tuvo va
    ve viene vino vio vive vomito
    """
)

CLITICS = word_set(
    """
    la le les lo me nos se te
    """
)
"""Spanish pronouns before what somebody does: "luz me dijo"."""

DONE_TO = word_set(
    """
    abrace ama amo aventaste avisale besa beso busca busco conoce conoces conoci contaste culpa culpan dale dar das dile diganle dije
    dijeron dijiste digan dijo diselo empuja empujaron empujo espera extrana extranamos extrano felicita golpeo grita grito insulto invita
    invitaron invite invito jalo molesta molestan mordio odia odian odio pasa pasale pateo pega pegaron pego pide pidele pregunta pregunte
    preguntale quiere quieren quiero quito robaron robo vi vieron vimos vio viste
    """
)
"""Spanish verbs before "a", behind which a person stands: "le pego a luz", "vi a paz"."""

SEES = word_set(
    """
    caught hear heard saw see seen watched
    """
)
"""What is before a person who does something: "i saw hope kiss him"."""

DEEDS = ENGLISH_DEEDS | _SPANISH_DEEDS

HALF_DEEDS = word_set(
    """
    actually already also always and are be been can cant could did didn didnt does doesn doesnt e era es ever finna gonna hasn hasnt is
    isn isnt just keeps le literally may might must n never no or prob probably really se should si still wanna was wasn wasnt will won
    wont would y ya
    """
)
"""Words behind a name, and behind things as well: "hope is"."""

FINITE = word_set(
    """
    did didn didnt does doesn doesnt era es esta fue got had has hasn hasnt is isn isnt was wasn wasnt
    """
)
"""Of these and of the deeds those that no verb stands before: "will is", but not "will be"."""

BASES = word_set(
    """
    answer ask believe bring care cheat come cry do drive eat fail fight finish get give go hate help join kiss know leave let lie like
    listen look move open pay play post quit read reply run say send share shut sit sleep sneak speak start stay steal stop study take talk
    tell text throw turn vape walk want write
    """
)
"""Verbs behind "wont", "didnt" and in questions, where a person acts."""

STATES = word_set(
    """
    absent adopted alive allergic anemic angry annoyed annoying anorexic aqui asexual asking asthmatic ausente autistic bathroom bi bien
    bipolar bisexual blind bored bossy brat bully bullying castigada castigado cheater cheating chido christian coming confused conmigo
    copycat copying crybaby crying cute dating dead deaf depressed detention diabetic dumb dyslexic eating embarazada enferma enfermo
    engaged enojada enojado epileptic excused expelled failing fasting funny gay going grounded here hindu homeless homesick hospital hurt
    ill injured jealous jewish late laughing lazy lesbian liar llorando loser lying mad mala malo mean missing mormon muslim mute nerd nice
    nonbinary nosy nurse obsessed office out pansexual playing popular pregnant presenting queer quiet rude running sad salty saying scared
    shy sick sikh sitting sleeping sleepy smart snitch snitching stupid suicidal sus suspended talking tarde tardy telling tired trans
    transgender triste trying ugly undocumented vaping wearing weird weirdo
    """
)
"""What is said of a person: "art is allergic"."""

HITS = word_set(
    """
    block blocked bullied bully bullying dated dating dumped hit hugged kick kicked kiss kissed punch punched push pushed reported shoved
    slap slapped texted tripped unfollowed
    """
)
"""What is done to a person."""

LIKES = word_set(
    """
    hated hates liked likes loved loves misses
    """
)
"""What is felt for a person, or for a thing."""

ASKS = word_set(
    """
    are can could did didn didnt do does doesnt had has have hows is isn isnt should was wasn wasnt were wheres whos will would
    """
)
"""Words that begin a question about somebody: "did hope bring it"."""

DEED_NAMES = word_set(
    """
    bill case cash chase chip dash drew grant guide guy hope mark may pat rob rose skip sue trace will wish
    """
)
"""Names that are verbs: what follows them as an object says nothing of a person."""

SPANISH_PRONOUNS = word_set(
    """
    el ella mia nina
    """
)
"""Names that Spanish has as other words; beside a Spanish word they are these."""

SPANISH = _SPANISH_DEEDS | word_set(
    """
    a con de en era es la las le lo los mas me mi muy no nunca que se siempre sola su tambien tan te un una y ya
    """
)
