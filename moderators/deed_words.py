"""Verbs and states that tell what a person does or is: English and Spanish, folded."""

from __future__ import annotations

from moderators.name_forms import word_set

ENGLISH_DEEDS = word_set(
    """
    answered answers apologized argued argues asked asks ate babysits barfed begged begs biked bit bites blocked borrowed bought bragged
    brags brings broke brought bullied bullies burped called calls came carried caught cheated cheats chews chose climbed climbs
    complained complains cooked cooks copied copies copying cried danced dances dated deleted ditched drank draws drinks drives drools
    dropped drove dumped eats explained explains failed fainted faints farted fell finished flunked followed forgave forgot fought gave
    gets giggled gives goes gossips got grabbed graduated graduates guessed had has hates heard helped hid hides hit hits hugged invited
    joined joins jumped juuls keeps kept kicked kicks kissed knew knows laughed laughs learned leave leaves left lends lent lied lies
    liked likes limps listened listens lives loses lost loved loves made makes met missed misses mocked moved mumbles needs owes paid
    paints passed pinched pinches played plays posted posts practiced prays presented presents promised puked pulled punched punches
    pushed quit quits raised reads rides rode rolled runs said sang sat saved says scored scratched screamed screams screenshotted sent
    shared shook shouted shouts shoved sings sits skates sketches skipped skips slapped sleeps slept smiled smiles sneaked sneaks sneezed
    sneezes snitched snores snuck speaks spelled spells spent spilled spit spits spoke stammers stared started stayed steals stole stood
    studied studies stutters sulks swam swears swims swore takes talked talks tattled tattles taught teaches teased teases tells texted
    texts thanked thinks thought threw throws told took touched touches transferred tried tries tripped trips tutored tutors tweeted
    understood unfollowed vaped vapes visited visits volunteered volunteers vomited voted votes wakes walked walks wants waved wear wears
    went whispered woke won wondered wonders wore worries wrote yawns yelled yells
    """
)
"""What a person does: "hope forgot"."""

_SPANISH_DEEDS = word_set(
    """
    anda ayudo baila canta canto cayo come comio copio da dibujo dice dijo dio empujo encontro encuentra entrego entro escribio esta
    estaba estuvo falta falto fue gano gusta habla hablo hace hizo juega jugo leyo llama llamo llego lleva llora lloro manda mando
    necesita olvido paso pego perdio pide pidio pone puede puso quiere quiso reprobo rio robo rompio sabe saca saco sale salio tiene
    trabaja trae trajo tuvo va ve viene vino vio vive
    """
)

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
    answer ask believe bring care come do eat finish get give go help join know leave let like listen look move open pay play post quit
    read reply run say send share shut sit sleep speak start stay stop study take talk tell text turn walk want write
    """
)
"""Verbs behind "wont", "didnt" and in questions, where a person acts."""

STATES = word_set(
    """
    absent adopted alive allergic anemic angry annoying anorexic aqui asexual asking asthmatic ausente autistic bathroom bi bien bipolar
    bisexual blind bored bullying castigada castigado cheating chido christian coming copying crying cute dating dead deaf depressed
    detention diabetic dumb dyslexic eating embarazada enferma enfermo engaged enojada enojado epileptic excused expelled failing fasting
    funny gay going grounded here hindu homeless homesick hospital hurt ill injured jealous jewish late laughing lazy lesbian llorando
    lying mad mala malo mean missing mormon muslim mute nice nonbinary nurse office out pansexual playing pregnant presenting queer
    running sad salty saying scared sick sikh sitting sleeping smart stupid suicidal sus suspended talking tarde tardy telling tired trans
    transgender triste trying ugly undocumented vaping wearing weird
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
