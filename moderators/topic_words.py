"""Words that tell what a comment speaks of: class life, a lesson, a teacher, an animal. English and Spanish, folded."""

from __future__ import annotations

from moderators.name_forms import word_set

CLASS_LIFE = word_set(
    """
    absent answering arm attendance backpack basketball bathroom bday birthday braces bring broke brought bus cafeteria calculator carpeta
    carpool charger chromebook clase clases class classroom companero cookies copy dad desk desks detention discord dm equipo eraser
    escuela essay expo failing fever fiebre fight fighting flu folder forgot friend friends game glue gpa grade grades group groups gum
    gym hallway handwriting here homeroom homework hoodie hoy hurt hw iep insta jacket jersey lab late libreta lice link location locker
    lost lunch marker markers me mochila mom notes nurse office ours partner partners pen pencil period permission phone pizza poster
    practice presentation presenting principal prom quiz recess roblox salon sat scholarship seat send share sick sits slides slip snacks
    snap snapchat soccer sub suspended table tag talking tardy tarea team teams telefono test text tmrw today tomorrow tooth transferred
    tryouts turn turns tutoring us vaping vouch yearbook
    """
)
"""What classmates have, do and are spoken of with."""

BELONGINGS = word_set(
    """
    abuela accent account airpods answer apron aunt backpack bag ball bday bf bike binder birthday book bottle boyfriend bracelet braids
    brother brush calculator car carro casa cat celular charger chromebook cleats copy costume cousin cuaderno cuarto cumple dad desk dog
    drawing essay eyes face familia family father fault folder gf girlfriend glasses grade grades grandma grandpa group hair handwriting
    hijab homework hoodie house hw idea iep inhaler insta ipad jacket joke lapiz laptop laugh locker lunch mama mask mochila mom mother
    mug name necklace neighborhood notes number painting papa paper parents part partner party pen pencil permission phone poster
    presentation project quiz report ring roblox room scooter score script seat shirt shoes sister skateboard sketchbook slides smile snap
    sweater table tablet tarea team test tia truck turn uncle voice watch water work worksheet yard
    """
)
"""What stands behind a person's name and an s: "hope's locker"."""

LESSON = word_set(
    """
    actor actress album apostle assassinated author autor balcony betrays bible biblia capitulo century chapter chapters character
    characters christ church cuento defends dios disciples discovered doctrine elected election escritor escritora evolution fiction foil
    galapagos god gospel iglesia invented ironic irony lyrics metaphor monologue motif muere mural murals mvp narrates narration narrator
    nba nobel novel novela novels obra oscar painted personaje pintor plot poem poema poems presidency protagonist published pulitzer quote
    quotes radium rapper realizes representa represents scene sermon shakespeare singer stanza symbol symbolism symbolize symbolizes
    testament theme theorem tragedy verse villain wrestler wrote
    """
)
"""Words of a lesson about an author, a character or a player."""

HALF_LESSON = word_set(
    """
    act believes book born century died dies film gravity hero historia kills law laws learns libro literally married movie painting
    paragraph play plays president prize queen scored song songs stands symbol theory tour trial war
    """
)
"""Words of a lesson that are often heard elsewhere."""

TEACHING = word_set(
    """
    conference conferences email faculty grading maestra maestro maestros principal profesora retirement retiring staff substitute
    syllabus taught teacher teachers teaches
    """
)
"""What is said of a teacher, who may have a student's first name."""

PETS = word_set(
    """
    bear bird bull bunny caballo cat chicken cow dog doll duck ferret fish frog gata gatito gato gecko goldfish hamster horse hurricane
    iguana kangaroo kitten lion lizard mascot mascota monkey mouse panda parrot penguin perra perrito perro pez pig plushie pony puppy
    rabbit rat robot sheep snake spider storm teddy tiger tortoise tortuga turtle
    """
)
"""Animals, toys and storms: they are given names too."""

THINGS = word_set(
    """
    band book brand capital cereal city color colour company country county dessert drink flower game holiday island lake metaphor mountain
    movie neighborhood park planet plant province region restaurant river sauce show snack song state store street suburb symbol town tree
    village volcano word
    """
)
"""What a name may be defined as: "nelson is a city"."""

MEANS = word_set(
    """
    means meant significa symbolizes
    """
)

KINDS = word_set(
    """
    academy airlines airport assassination avenue bakery bazaar beach blvd boulevard bridge civilization college county creek dynasty
    elementary empire equation foundation grasslands harbor harbour highway hospital island islands museum opera peninsula ranch records
    river road stadium street theorem tribe university
    """
)
"""Words behind a name that make a thing of it: "langston university"."""

CITIES = word_set(
    """
    adelaide alexandria aspen austin barcelona bethany brandon bristol brooklyn camden charlotte chelsea cheyenne cleveland concord dallas
    denver devon diego eugene everett florence geneva guadalupe helena houston israel jackson jordan kenya kingston laramie lincoln logan
    london lourdes madison medina memphis merida milan montana nelson odessa olympia orlando paris phoenix preston quincy raleigh regina
    reno rio rome sacramento salem santiago savannah sienna sofia sydney troy valencia venice verona victoria vienna
    """
)
"""Given names that cities and countries have too."""

TRAVELS = word_set(
    """
    back born camino drive drove flew flight fly fui fuimos go going living lived lives live llegar llegamos llegaron move moved moving
    road roadtrip train travel traveled traveling travelled trip vacation viajamos viajar viaje viajo visit voy vuelo went
    """
)
"""Words before "to", "from" and a city."""

ADULTS = word_set(
    """
    abuela abuelo aunt auntie baby bebe boss dad esposa esposo grandma grandpa husband mama mom nana papa stepdad stepmom tia tio uncle wife
    """
)
"""Who is called so where a family is told of, and is no student."""

PLACE_NAMES = word_set(
    """
    avenida calle ciudad colonia east fort lake mount new north playa port saint san santa santo south st villa west
    """
)
"""Words before a name that make a place of it: "San Diego"."""

US_STATES = word_set(
    """
    alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa kansas kentucky
    louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon
    pennsylvania tennessee texas utah vermont wisconsin wyoming
    """
)
"""Words behind a name that make a place of it: "camden ohio"."""
