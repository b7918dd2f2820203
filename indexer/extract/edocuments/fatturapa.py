"""FatturaPA 1.1 and 1.2 (Agenzia delle Entrate, ordinary invoices), and where each thing stands.

A file may hold several invoices of one seller (a *lotto*); each is a file inside it.
"""

from __future__ import annotations

from typing import Final

from indexer.extract.edocuments.model import Cited, Format, PartyPlace

_HEAD: Final = "FatturaElettronicaHeader"
_BODY: Final = "FatturaElettronicaBody"
_GENERAL: Final = f"{_BODY}/DatiGenerali"
_DOCUMENT: Final = f"{_GENERAL}/DatiGeneraliDocumento"
#: Each of these may name the tender (CIG) and the public project (CUP).
_CITING: Final = (
    "DatiOrdineAcquisto|DatiContratto|DatiConvenzione|DatiRicezione|DatiFattureCollegate"
)

FATTURAPA: Final = Format(
    name="FatturaPA",
    namespaces=("fatturapa.gov.it/", "ivaservizi.agenziaentrate.gov.it/"),
    kinds={"FatturaElettronica": "invoice"},
    type_code=f"{_DOCUMENT}/TipoDocumento",
    type_kinds={"TD04": "credit-note", "TD08": "credit-note"},
    number=f"{_DOCUMENT}/Numero",
    facts=(
        ("date", f"{_DOCUMENT}/Data"),
        ("due_date", f"{_BODY}/DatiPagamento/DettaglioPagamento/DataScadenzaPagamento"),
        ("currency", f"{_DOCUMENT}/Divisa"),
        ("total", f"{_DOCUMENT}/ImportoTotaleDocumento"),
    ),
    own=(),
    parties=(
        PartyPlace("seller", f"{_HEAD}/CedentePrestatore"),
        PartyPlace("buyer", f"{_HEAD}/CessionarioCommittente"),
        PartyPlace("party", f"{_HEAD}/TerzoIntermediarioOSoggettoEmittente"),
        PartyPlace("carrier", f"{_GENERAL}/DatiTrasporto/DatiAnagraficiVettore"),
    ),
    party_names=(
        "DatiAnagrafici/Anagrafica/Denominazione",
        "Anagrafica/Denominazione",
        "DatiAnagrafici/Anagrafica/Nome+Cognome",
        "Anagrafica/Nome+Cognome",
    ),
    party_identifiers=(
        "DatiAnagrafici/IdFiscaleIVA/IdCodice",
        "IdFiscaleIVA/IdCodice",
        "DatiAnagrafici/CodiceFiscale",
    ),
    cited=(
        Cited(f"{_GENERAL}/DatiOrdineAcquisto/IdDocumento", "purchase-order"),
        Cited(f"{_GENERAL}/DatiContratto/IdDocumento", "contract"),
        Cited(f"{_GENERAL}/DatiConvenzione/IdDocumento", "contract"),
        Cited(f"{_GENERAL}/DatiRicezione/IdDocumento", "receipt-advice"),
        Cited(f"{_GENERAL}/DatiFattureCollegate/IdDocumento", "invoice"),
        Cited(f"{_GENERAL}/DatiDDT/NumeroDDT", "delivery-note"),
        Cited(f"{_GENERAL}/FatturaPrincipale/NumeroFatturaPrincipale", "invoice"),
        Cited(f"{_GENERAL}/{_CITING}/CodiceCIG", "tender"),
        Cited(f"{_GENERAL}/{_CITING}/CodiceCUP", "project"),
    ),
    type_schemes={},
    technical=frozenset({"DatiTrasmissione", "Signature"}),
    containers=frozenset({_HEAD, _BODY, "DatiGenerali", "DatiBeniServizi"}),
    embedded=frozenset({"Attachment"}),
    lot=_BODY,
)
