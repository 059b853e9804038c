"""Names that are one name: the same name in another transliteration or language, and everyday short forms.

Each line is a group; forms are folded (lower case, ASCII). `SAME` groups are written differently by
different offices for one and the same person (Xu on the passport, Hsu on the insurance card). `SHORT`
groups are what people call each other: first the full name, then its short forms.

Sources: Library of Congress and BGN/PCGN romanisation tables for the pairs Pinyin / Wade-Giles /
Jyutping, Revised Romanisation / McCune-Reischauer, and Slavic variants; short forms are common knowledge.
NB: a group may only raise a candidate, it never decides that two people are one.
"""

from __future__ import annotations

SAME = """
li lee lei
xu hsu tsui
zhang chang cheung
wang wong
huang hwang wong
chen chan tan chin
zhou chou chow
zhao chao chiu
cai tsai choi
xie hsieh tse
guo kuo kwok
lin lam lim
liu lau liou
wu ng
yang yeung
zheng cheng cheang
zhu chu
jiang chiang kiang
qian chien
feng fung
ye yeh yip
xiao hsiao siu
luo lo law
liang leung
he ho
gao kao ko
sun suen
cao tsao
ceng zeng tseng tsang
deng teng tang
qiu chiu yau
kim gim
lee yi rhee ri
park pak bak
choi choe
jung jeong chung jong
kang gang
jo cho
yoon yun
lim im rim
shin sin
nguyen nguyem
mohammed muhammad mohamed mohamad mohammad muhammed muhamed mehmet mhmd mohd
ahmed ahmad ahmet achmad ahmd
yusuf youssef yousef yousif joseph josef jose giuseppe jozef iosif ywsf
ibrahim abraham avraham brahim ebrahim
ismail ishmael smail
yahya yehia
husayn hussein hussain husein houssein hossein hsyn
hasan hassan hsn
ali aly
umar omar omer
uthman osman othman
said saeed sayed saied
khalid khaled chalid
abdullah abdallah abdulla
abdulrahman abdurrahman abdelrahman
jamal gamal djamal cemal
mustafa moustafa mostafa
fatima fatma fatimah fatemeh
aisha ayesha aicha ayse
khadija khadijah hatice
zaynab zainab zeinab zeynep
maryam mariam meryem
alexander aleksandr alexandr oleksandr aleksander alejandro alessandro alexandre iskander
alexandra aleksandra oleksandra
alexey aleksey alexei aleksei oleksii
sergey sergei serhii serge
dmitry dmitri dmitriy dmytro
yulia julia yuliya iuliia juliya
evgeny yevgeny evgenii evgeniy eugene yevhen
mikhail mykhailo michael michel miguel michele mihail
nikolay nikolai mykola nicholas nicolas nikolaos niklas
elena yelena olena helena helen
ekaterina yekaterina kateryna catherine katherine catarina caterina katarina
natalia nataliya natalya nathalie
tatiana tatyana tetiana
vladimir volodymyr wladimir
vasily vasiliy vasyl basil
yuri yuriy yurii juri iurii
ivan ioann john johann jan jean juan giovanni joao ioannis
pavel paul pablo paolo paulo pavlo
petr pyotr peter pedro piotr pietro petro
andrey andrei andrew andreas andre andres andrii andrea
anna ana hanna ganna
maria mariya marija marie mary
irina iryna irene
olga olha
svetlana svitlana
george georg georgios jorge giorgio yuri
stephen steven stefan stephan esteban etienne stefano
christopher christoph kristoffer
philip phillip philipp felipe filip filippo
jacob jakob yakov yaakov jacques
matthew matthias matteo mateo matthieu
sara sarah
elizabeth elisabeth elisabeta isabel elisaveta
theresa teresa therese
sofia sophia sofiya sophie zofia
geoffrey jeffrey
catherine katharine kathryn
brian bryan
jon john
meyer meier maier mayer mejer
schmidt schmitt schmid schmit
mueller muller miller
"""

SHORT = """
william will bill billy willy liam
robert rob bob bobby robbie
richard rick dick rich ricky
james jim jimmy jamie
john jack johnny
edward ed ted eddie ned
michael mike mick mickey micha
thomas tom tommy
charles charlie chuck
joseph joe joey
henry harry hank
alexander alex sasha sandro xander
alexandra alex sasha sandra lexi
anthony tony
antonio tony toni
nicholas nick nicky
daniel dan danny
david dave davy
samuel sam sammy
matthew matt
christopher chris kit
christina chris tina
andrew andy drew
peter pete
stephen steve
patrick pat paddy
patricia pat patty trish
elizabeth liz beth betty lizzie eliza lisa
margaret peggy maggie meg greta rita
katherine kate kathy katie kat
catherine cathy kate katie
susan sue susie
jennifer jenny jen
deborah debbie deb
dorothy dot dolly
barbara barb babs
rebecca becky becca
victoria vicky tori
jessica jess jessie
abigail abby gail
theodore ted theo
benjamin ben benny
gregory greg
timothy tim
lawrence larry
ronald ron
donald don
kenneth ken
francis frank
francisco paco pancho
jose pepe
ignacio nacho
dolores lola
maria mia
guadalupe lupe
mohammed mo
johannes hans johan
elisabeth lisa elli else
friedrich fritz fred
wilhelm willi helmut
sebastian bastian basti
maximilian max
ulrich uli
vladimir vova volodya
dmitry dima
ekaterina katya
maria masha
mikhail misha
anastasia nastya
natalia natasha
sergey seryozha
ivan vanya
tatiana tanya
giuseppe beppe
giovanni gianni
"""


def _by_form(groups: str) -> dict[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for line in groups.split("\n"):
        group = line.split()
        for form in group:
            forms.setdefault(form, set()).update(other for other in group if other != form)
    return {form: frozenset(others) for form, others in forms.items()}


_SAME = _by_form(SAME)
_SHORT = _by_form(SHORT)
_NONE: frozenset[str] = frozenset()


def same_name(word: str) -> frozenset[str]:
    """Other spellings under which an office may have written this name."""
    return _SAME.get(word, _NONE)


def short_forms(word: str) -> frozenset[str]:
    """What a person of this name is called, or the full names of somebody called so."""
    return _SHORT.get(word, _NONE)
