"""Invented people: seeded, no network, nobody real.

Twelve naming cultures with given and family names of their own; common names follow a Zipf curve, and
four family names in ten are composed from stems and endings so that the tail is as long as in life.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

# culture → weight, men's names, women's names, common family names, stems and endings of rarer ones
_CULTURES: dict[str, tuple[int, str, str, str, str, str]] = {
    "english": (
        24,
        "James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony "
        "Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan "
        "Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank "
        "Alexander",
        "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Margaret Sandra "
        "Ashley Kimberly Emily Donna Michelle Carol Amanda Dorothy Melissa Deborah Stephanie Rebecca Sharon Laura "
        "Cynthia Kathleen Amy Angela Shirley Anna Brenda Pamela Emma Nicole Helen Samantha Katherine Christine "
        "Rachel",
        "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Jackson Martin "
        "Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill Green Adams Baker "
        "Nelson Mitchell Roberts Turner Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed "
        "Cook Morgan Bell O’Reilly O’Connor MacDonald McKenzie Murphy",
        "Ash Black Brad Bur Can Cart Clif Cran Dal Den Ding East Ed Fair Fen Gar Gol Hal Ham Har Hart Hath Haw Hen "
        "Hol Hux Kem Kings Lang Led Lin Lock Mar Mel Mid New Nor Oak Pem Pres Rad Rams Red Ren Rock Row Shel South "
        "Stan Strat Sut Thorn Tril Under Wal War Wes Whit Wil Win Wood Wor Yar",
        "bury by combe cott den don field ford ham hurst ington land ley low more ridge shaw son ston stone thorpe "
        "ton ward way well wick wood worth",
    ),
    "german": (
        10,
        "Hans Peter Jürgen Klaus Wolfgang Günter Uwe Bernd Andreas Thomas Stefan Matthias Jörg Björn Lukas Jonas "
        "Felix Maximilian Paul Leon Finn Emil Karl-Heinz Hans-Jürgen Götz",
        "Ursula Ingrid Renate Monika Helga Sabine Petra Käthe Jutta Anke Katrin Heike Anna-Lena Marie Sophie Lena "
        "Leonie Johanna Mia Hannah Gisela Bärbel Brigitte Ulrike",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
        "Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause "
        "Meier Lehmann Köhler Herrmann König Mayer Kaiser Jäger Weiß Böhm Groß",
        "Acker Alten Bach Berg Birken Blum Brand Breiten Buch Dorn Eben Eich Eisen Falken Feld Fichten Frei Froh "
        "Gold Grün Hasel Hirsch Hohen Kalten Kirch Kron Lauter Linden Löwen Mühl Neu Ober Rosen Roth Sander Schön "
        "Silber Stein Stern Tannen Unter Wald Weiden Winkel Zieg",
        "auer bach bauer baum berg berger blatt brunner burger dorf feld fels hauser heim hof huber kamp lein "
        "leitner mann mayer rieder stein thal wald weiler",
    ),
    "spanish": (
        12,
        "José Antonio Juan Manuel Francisco Luis Javier Miguel Carlos Ángel Jesús Pedro Rafael Alejandro Fernando "
        "Pablo Sergio Diego Andrés Raúl Iván Rubén Óscar Álvaro Íñigo",
        "María Carmen Ana Isabel Dolores Pilar Teresa Rosa Lucía Cristina Elena Laura Marta Paula Sofía Inés "
        "Beatriz Rocío Concepción Guadalupe Begoña Nuria Verónica",
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
        "Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano "
        "Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Núñez",
        "Al Ar Bal Bar Ber Cal Car Cas Cer Cor Cue Esp Est Fal Gal Gar Her Igl Lar Mal Mar Men Mon Nav Oli Pal Par "
        "Per Qui Ri Sal San Sar Seg Tor Val Var Ver Vil Zam Zar",
        "acho ada ado ales anza ar ares arro eda edo ejo era ero erra eta illa illo ino ol ondo osa oso uela uelo ujo",
    ),
    "slavic": (
        9,
        "Aleksandr Dmitry Sergey Ivan Mikhail Nikolay Andrey Alexey Piotr Krzysztof Tomasz Paweł Jakub Łukasz "
        "Oleksandr Volodymyr Marek Jiří Milan Zoran Goran Nenad Bohdan Yuri Vasily",
        "Elena Olga Tatiana Natalia Irina Anna Svetlana Ekaterina Maria Agnieszka Małgorzata Katarzyna Zofia Oksana "
        "Kateryna Jana Milena Snežana Ivana Jelena Ludmila Yulia Galina Vera",
        "Ivanov Smirnov Kuznetsov Popov Petrov Sokolov Mikhailov Fedorov Kowalski Nowak Wiśniewski Wójcik Kamiński "
        "Lewandowski Zieliński Shevchenko Kovalenko Bondarenko Novák Svoboda Dvořák Horvat Kovačević Jovanović "
        "Petrović Nikolić Marković Đorđević Stojanović Ilić",
        "Andr Ant Bab Bel Bog Bor Bul Cher Dani Dem Dob Dor Gav Gol Grig Gus Kal Kar Kir Kol Kos Koz Kras Kub Lav "
        "Luk Mal Mar Mel Mor Naz Ov Pav Pol Rad Rom Rud Sav Sid Sob Stan Tar Tim Tkach Vas Vin Vor Yak Zah Zub",
        "anov arenko chenko chuk czyk ek enko eva iak ić in inski kov ko ov ovic ovich owski ski sky uk yn yuk",
    ),
    "arabic": (
        8,
        "Mohammed Ahmed Ali Omar Youssef Hassan Hussein Ibrahim Khalid Mahmoud Mustafa Abdullah Abdelrahman Karim "
        "Tariq Samir Nabil Bilal Hamza Anas Zaid Faisal Rashid Jamal Yahya",
        "Fatima Aisha Khadija Zainab Maryam Layla Noor Amina Salma Huda Rania Samira Nadia Yasmin Hanan Iman Dalia "
        "Reem Sara Mona Farah Lina Rawan Asma",
        "Al-Sayed Hassan Ali Ahmed Mohamed Ibrahim Khalil Mansour Haddad Khoury Nasser Saleh Aziz Rahman Farouk "
        "Hamdan Najjar Al-Masri Qasim Suleiman Abbas Darwish Othman Bakr El-Amin Bin-Laith Yousef Salem Hamdi Fares",
        "Abu Ab Ad Al-Ba Al-Fa Al-Ha Al-Ka Al-Sha Bah Dar Far Ghaz Haf Ham Har Jab Kan Kha Mak Mas Naj Nas Qad Rah "
        "Saf Sal Sam Shah Sha Tal Was Zah Zay",
        "ad am ani ar awi bani di dan een fi har i ib iri it ki lah li man min mi nd oui ra ri sh sri wan ydi zi",
    ),
    "chinese": (
        9,
        "Wei Jie Ming Jun Hao Lei Qiang Yong Bo Feng Tao Peng Chao Bin Gang Jian Xiang Yu Kai Long Zhiqiang Jianguo "
        "Guoqiang Haoran Zihan Yichen Xiaoming Zhiwei",
        "Fang Na Min Jing Li Yan Juan Xia Ying Hui Yu Lan Mei Xue Ting Dan Qian Rui Yun Lin Xiaohong Meiling "
        "Xiaoyan Yating Zihan Xinyi Yutong Shuting",
        "Li Wang Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie "
        "Han Tang Feng Yu Dong Xiao Cheng Cao Yuan Deng Fu Shen Zeng Peng Lu Su Jiang Cai Jia Ding Wei Xue Ye Yan "
        "Pan Du Dai Xia Zhong Wan Qin Ren Yao Lai Ge Kong Bai Cui Kang Mao Qiu Shi Gu Hou Shao Meng Long Duan Lei "
        "Qian Tang Yin Yi Wen Qiao He Gong Pang Fan Ou Xi Hua Nie Ji Bi Hao An Chang Le Yu",
        "",
        "",
    ),
    "indian": (
        8,
        "Rahul Amit Rajesh Sanjay Vijay Arjun Ravi Suresh Anil Deepak Manoj Vikram Krishna Ganesh Rohan Aditya "
        "Karthik Venkatesh Harpreet Gurpreet Imran Arun Sunil Prakash",
        "Priya Anita Sunita Lakshmi Kavita Pooja Neha Meena Sita Radha Geeta Divya Ananya Shreya Swati Rekha "
        "Harpreet Jaspreet Fatima Nisha Asha Usha Aarti Padma",
        "Singh Kumar Sharma Patel Gupta Khan Reddy Das Rao Nair Iyer Mehta Joshi Shah Verma Mishra Pandey Yadav "
        "Chauhan Agarwal Kaur Menon Pillai Banerjee Mukherjee Chatterjee Ghosh Bose Naidu Desai",
        "Achar Ambal Bhal Bhar Bhat Chand Chid Desh Dhar Gan Gop Hari Jaga Jay Kal Kan Karth Kesh Krishna Kul Lak "
        "Mad Mah Man Mur Nag Nar Nath Pad Par Prab Rag Raj Ram Rang San Shiv Som Sri Sub Sun Var Ven Vish",
        "adi akar al amurthy an ana andan anna appa ar ari as ath athan eswaran han hari kar kumar lal mani maran "
        "nathan pal pandi raj raju raman samy shan swamy vel wal",
    ),
    "portuguese": (
        6,
        "João António José Manuel Pedro Paulo Luís Rui Tiago Gonçalo Nuno Miguel Henrique Vítor Caetano Rodrigo Thiago",
        "Maria Ana Inês Catarina Conceição Fátima Mariana Beatriz Joana Leonor Teresa Luísa Patrícia Márcia Letícia",
        "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes "
        "Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro "
        "Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca",
        "Abr Agu Alb Alc Amar Arr Bar Ben Bor Bot Cab Cal Cam Car Cas Cord Est Far Fig Gou Gui Lac Lou Mac Mag Mal "
        "Mes Mor Nor Pac Pai Pat Per Pes Qui Reb Rei Sal Sam Ser Tav Val Var Vas Vil",
        "aça ada ado ães al alho ão ares arim eda eira eiro el elos enço eres es ilho inha inho oa oso ota ouro uiz",
    ),
    "vietnamese": (
        3,
        "Minh Hùng Dũng Tuấn Anh Nam Quang Huy Đức Long Thành Phúc Khoa Bảo Sơn Hải Việt Trung",
        "Hương Lan Mai Thảo Linh Ngọc Hà Trang Phương Thu Yến Hạnh Nhung Oanh Dung Hồng Vân Tuyết",
        "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        "",
        "",
    ),
    "nordic": (
        5,
        "Lars Ole Jan Per Bjørn Kjell Svein Åge Øyvind Søren Jens Mikkel Göran Håkan Åke Jón Sigurður Mikko Juhani "
        "Antti",
        "Ingrid Anne Kari Marit Åsa Liv Astrid Sigrid Solveig Kirsten Mette Käthe Bodil Guðrún Þórunn Aino Helmi "
        "Maarit",
        "Hansen Johansen Olsen Larsen Andersen Nilsen Pedersen Kristiansen Jensen Karlsen Johansson Andersson "
        "Karlsson Nilsson Eriksson Svensson Korhonen Virtanen Mäkinen Nieminen Lindqvist Østby Ødegård Jónsdóttir "
        "Sørensen Møller Bjørnstad Halvorsen Solheim Grønbech",
        "Alm Ask Berg Bjerk Björk Brek Dal Ek Eng Fjell Fors Gran Grøn Hag Haug Hed Hell Holm Høg Kvern Lang Lind "
        "Lund Moen Myr Nord Ny Øst Ros Sand Sjö Skog Sol Stein Strand Ström Sund Sve Tveit Vik Wall Åker",
        "aas berg bo borg by dahl eng falk gaard gren gård haug heim holm kvist land lid lund mark näs nes quist "
        "rud set skog stad ström stroem sund svik vall vik vold",
    ),
    "african": (
        4,
        "Kwame Kofi Chidi Emeka Tunde Segun Amadou Moussa Ousmane Tesfaye Abebe Dawit Juma Baraka Thabo Sipho Mandla",
        "Ama Abena Ngozi Chioma Adaeze Yetunde Folake Aminata Fatou Mariam Almaz Tigist Neema Wanjiru Nomsa Thandiwe",
        "Mensah Owusu Boateng Okafor Okonkwo Eze Adebayo Adeyemi Ogunleye Diallo Traoré Keita Ndiaye Tesfaye Bekele "
        "Haile Kamau Mwangi Otieno Dlamini Nkosi Ndlovu Mokoena Zulu Nwosu Balogun",
        "Ade Ado Aki Amo Ase Ayo Babs Chi Dam Eke Fas Fol Gyam Iba Ike Kam Kip Mba Mak Mut Nda Ngu Njo Nko Nwa Oba "
        "Obi Ode Ogu Oka Olu Ony Opo Osa Owo Oye Sow Tem Uch Wam Zik",
        "a ari au bayo bo de di eke enga ewu ezi fe gbo hia i imi ka ko kwu la le mba mi na ndi ngo niyi nya oma "
        "osi ra ro sanya shola ti wale yemi zie",
    ),
    "mononym": (
        2,
        "Sukarno Suharto Budi Agus Slamet Wahyu Bambang Teguh Rahmat Iskandar Tenzin Dorje Karma Wangchuk Aung Zaw "
        "Myint",
        "Siti Sri Dewi Wati Sulastri Kartini Pema Dolma Tashi Yangchen Khin Thida Hnin Aye Wulan Ratna Indah Lestari",
        "",
        "",
        "",
    ),
}


@dataclass(slots=True)
class Person:
    """One invented person with what a front desk knows."""

    family: str
    given: str
    sex: str
    born: dt.date
    phone: str
    culture: str
    former_family: str = ""
    native: str = ""
    address: str = ""
    identifiers: list[str] = field(default_factory=list)


def people(count: int, seed: int = 1962, *, today: dt.date = dt.date(2026, 11, 23)) -> Iterator[Person]:
    """`count` people, the same ones for the same seed."""
    rng = random.Random(seed)
    cultures = list(_CULTURES)
    weights = [_CULTURES[name][0] for name in cultures]
    pools = {name: _Pool(*(text.split() for text in _CULTURES[name][1:])) for name in cultures}
    for number in range(count):
        culture = rng.choices(cultures, weights)[0]
        pool = pools[culture]
        sex = rng.choice(["male", "female"])
        given = _zipf(rng, pool.men if sex == "male" else pool.women)
        if culture in ("english", "german", "portuguese", "african") and rng.random() < 0.35:
            second = _zipf(rng, pool.men if sex == "male" else pool.women)
            given = f"{given} {second}" if second != given else given
        if culture == "vietnamese":
            given = f"{'Văn' if sex == 'male' else 'Thị'} {given}"
        family = pool.family_name(rng)
        if culture in ("spanish", "portuguese") and rng.random() < 0.8:
            family = f"{family} {pool.family_name(rng)}"
        former = pool.family_name(rng) if sex == "female" and family and rng.random() < 0.25 else ""
        age = min(int(abs(rng.gauss(42, 24))), 104)
        born = today - dt.timedelta(days=age * 365.25 + rng.randrange(365))
        yield Person(
            family=family,
            given=given,
            sex=sex,
            born=born,
            phone=f"+49 {rng.randrange(150, 180)} {rng.randrange(1_000_000, 9_999_999)}",
            culture=culture,
            former_family=former,
            address=f"{rng.randrange(1, 200)} {_zipf(rng, pools['english'].endings).title()} Street",
            identifiers=[f"{rng.choice('ABCDEFGH')}{number:06d}{rng.randrange(1000):03d}"],
        )


@dataclass(slots=True)
class _Pool:
    men: list[str]
    women: list[str]
    families: list[str]
    stems: list[str]
    endings: list[str]

    def family_name(self, rng: random.Random) -> str:
        if not self.families:
            return ""
        if self.stems and rng.random() < 0.45:
            return (rng.choice(self.stems) + rng.choice(self.endings)).replace("--", "-")
        return _zipf(rng, self.families)


def _zipf(rng: random.Random, names: list[str]) -> str:
    """A name by rank: the first is the commonest, the curve as flat as given names are."""
    return names[min(int(len(names) * rng.random() ** 1.6), len(names) - 1)]
