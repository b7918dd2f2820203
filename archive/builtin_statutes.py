"""Swedish statutes by the names that people know them by: codes without, others with an article.

One number each. Left out are statutes whose name passed to another one lately (kommunallagen,
lagen om offentlig upphandling) or several times (utlänningslagen): it does not say which is meant.
"""

from __future__ import annotations

from typing import Final

_BALKAR: Final = """
    byggningabalk 1736:0123, föräldrabalk 1949:381, giftermålsbalk 1920:405, handelsbalk 1736:0123,
    jordabalk 1970:994, miljöbalk 1998:808, rättegångsbalk 1942:740, socialförsäkringsbalk 2010:110,
    utsökningsbalk 1981:774, ärvdabalk 1958:637, äktenskapsbalk 1987:230, brottsbalk 1962:700
"""
_CONSTITUTION: Final = """
    regeringsformen 1974:152, successionsordningen 1810:0926, tryckfrihetsordningen 1949:105,
    yttrandefrihetsgrundlagen 1991:1469
"""
_TRADE: Final = """
    köplagen 1990:931, gamla köplagen 1905:38, internationella köplagen 1987:822,
    avtalslagen 1915:218, skadeståndslagen 1972:207, skuldebrevslagen 1936:81, räntelagen 1975:635,
    preskriptionslagen 1981:130, kommissionslagen 2009:865, lagen om handelsagentur 1991:351,
    avbetalningsköplagen 1978:599, godtrosförvärvslagen 1986:796, konsumenttjänstlagen 1985:716,
    konsumentkreditlagen 2010:1846, distansavtalslagen 2005:59, avtalsvillkorslagen 1994:1512,
    lagen om avtalsvillkor i konsumentförhållanden 1994:1512, produktansvarslagen 1992:18,
    produktsäkerhetslagen 2004:451, marknadsföringslagen 2008:486, prisinformationslagen 2004:347,
    konkurrenslagen 2008:579, försäkringsavtalslagen 2005:104, försäkringsrörelselagen 2010:2043,
    växellagen 1932:130, checklagen 1932:131, inkassolagen 1974:182, sjölagen 1994:1009,
    kreditupplysningslagen 1973:1173, lagen om skiljeförfarande 1999:116,
    skiljeförfarandelagen 1999:116, upphovsrättslagen 1960:729, varumärkeslagen 2010:1877,
    mönsterskyddslagen 1970:485, firmalagen 1974:156, lagen om inrikes vägtransport 1974:610,
    lotterilagen 1994:1000
"""
_COMPANIES: Final = """
    aktiebolagslagen 2005:551, handelsbolagslagen 1980:1102, stiftelselagen 1994:1220,
    bokföringslagen 1999:1078, årsredovisningslagen 1995:1554, revisionslagen 1999:1079,
    revisorslagen 2001:883, konkurslagen 1987:672, förmånsrättslagen 1970:979,
    lönegarantilagen 1992:497, lagen om bank- och finansieringsrörelse 2004:297,
    lagen om värdepappersmarknaden 2007:528, inkomstskattelagen 1999:1229,
    skatteförfarandelagen 2011:1244, skattebrottslagen 1971:69, tryggandelagen 1967:531
"""
_WORK: Final = """
    anställningsskyddslagen 1982:80, lagen om anställningsskydd 1982:80,
    medbestämmandelagen 1976:580, lagen om medbestämmande i arbetslivet 1976:580,
    arbetsmiljölagen 1977:1160, arbetstidslagen 1982:673, arbetstvistlagen 1974:371,
    semesterlagen 1977:480, föräldraledighetslagen 1995:584, studieledighetslagen 1974:981,
    diskrimineringslagen 2008:567, förtroendemannalagen 1974:358, utstationeringslagen 1999:678,
    visselblåsarlagen 2021:890
"""
_PROPERTY: Final = """
    anläggningslagen 1973:1149, bostadsrättslagen 1991:614, elsäkerhetslagen 2016:732,
    ellagen 1997:857, expropriationslagen 1972:719, fastighetsbildningslagen 1970:988,
    fjärrvärmelagen 2008:263, hyresförhandlingslagen 1978:304, ledningsrättslagen 1973:1144,
    minerallagen 1991:45, naturgaslagen 2005:403, plan- och bygglagen 2010:900, sambolagen 2003:376,
    skogsvårdslagen 1979:429,
    väglagen 1971:948, kulturmiljölagen 1988:950
"""
_PUBLIC: Final = """
    arkivlagen 1990:782, dataskyddslagen 2018:218, personuppgiftslagen 1998:204,
    offentlighets- och sekretesslagen 2009:400, sekretesslagen 1980:100,
    förvaltningsprocesslagen 1971:291, delgivningslagen 2010:1932,
    polislagen 1984:387, livsmedelslagen 2006:804, alkohollagen 2010:1622, körkortslagen 1998:488,
    trafikskadelagen 1975:1410, trafikbrottslagen 1951:649, patientskadelagen 1996:799,
    patientdatalagen 2008:355
"""

STATUTES: Final[dict[str, str]] = {
    name: number
    for part in (_BALKAR, _CONSTITUTION, _TRADE, _COMPANIES, _WORK, _PROPERTY, _PUBLIC)
    for name, _, number in (" ".join(one.split()).rpartition(" ") for one in part.split(","))
}
