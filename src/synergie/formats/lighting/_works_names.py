"""Names of the columns of tickets and interventions, and the words of their cells."""

import re

NAMES: dict[str, tuple[str, ...]] = {
    "external_id": (
        "externalid", "idintervention", "numintervention", "numerointervention",
        "numerodelintervention", "idinter", "numinter", "numerodintervention", "idticket",
        "numticket", "numeroticket", "numerodeticket", "idsignalement", "numsignalement",
        "numerosignalement", "numerodesignalement", "iddemande", "numerodemande",
        "numerodedemande", "numdemande", "bontravail", "numerobt", "numbt", "numeroot", "numot",
        "ot", "workorderid", "workorder", "wonumber", "ticketid", "ticket", "faultid",
        "requestid", "numerodi", "numdi", "iddi", "reference", "numero", "num", "id",
        "uniquekey", "srnumber", "servicerequestnumber", "servicerequestid", "caseid",
        "numerodossier", "numdossier", "numerodedossier", "numerofiche", "numfiche",
        "numeroanomalie", "idanomalie", "numeropanne", "idpanne", "codeintervention",
        "referenceintervention", "referencedemande", "refintervention", "refdemande",
        "referencesignalement", "gid", "objectid", "ogcfid", "fid",
    ),
    "domain": (
        "domaine", "theme", "thematique", "famille", "complainttype", "servicename",
        "servicerequesttype", "typeofservicerequest", "srtype", "requesttype", "category",
        "categorie", "typedemande", "typesignalement", "service", "services",
    ),
    "kind": (
        "kind", "tyinter", "typeinter", "typeintervention", "natureintervention",
        "naturedelintervention", "typedintervention", "typedetravaux", "type",
        "nature", "worktype",
    ),
    "light_point": (
        "idpl", "idpointlumineux", "pointlumineux", "numpl", "numeropl", "numeropointlumineux",
        "numerodupointlumineux", "refpointlumineux", "referencepointlumineux", "codepl", "refpl",
        "identifiantpl", "pl", "numerodepl", "numeropoint", "numerodupoint", "numpoint",
        "idfoyer", "foyer", "numerofoyer", "numfoyer", "numerodefoyer",
        "idluminaire", "luminaire", "lampadaire", "lightpoint", "lightid",
        "lampid", "streetlight", "streetlightid", "numeroluminaire", "numluminaire",
        "numerolampadaire", "numlampadaire", "idlampadaire", "candelabre", "numerocandelabre",
        "numerodecandelabre", "numerosdecandelabre", "numcandelabre", "idcandelabre",
        "refcandelabre", "codecandelabre", "lanterne", "numerolanterne", "assettag", "poletag",
    ),
    "cabinet": (
        "armoire", "idarmoire", "numarmoire", "numeroarmoire", "refarmoire", "codearmoire",
        "nomarmoire", "cabinet", "cabinetid", "coffret", "numerocoffret",
    ),
    "support": (
        "idsupport", "support", "numsupport", "numerosupport", "mat", "numeromat",
        "poteau", "numeropoteau", "poleid",
        "polenumber", "columnnumber",
    ),
    "circuit": ("iddepart", "depart", "numdepart", "circuit", "circuitid"),
    "asset": (
        "asset", "assetid", "idouvrage", "ouvrage", "idobjet", "equipement", "idequipement",
        "refequipement", "identifiantdelequipement", "objet", "patrimoine", "idnoeud",
    ),
    "asset_kind": ("assetkind", "typeequipement", "typedequipement", "typeouvrage", "typeobjet"),
    "insee_code": ("inseecode", "insee", "codeinsee", "codecommune", "inseecom"),
    "reported_at": (
        "reportedat", "datsigna", "datesignalement", "signalele", "datedesignalement",
        "datedemande", "datedeclaration", "datecreation", "dateouverture", "dateappel",
        "createdat", "reported", "opened", "datereported", "reporteddate", "dateouvert",
        "datedusignalement", "dateheuresignalement", "dateetheuredusignalement",
        "dateetheuresignalement", "datesignal", "datedeclare", "datedepot", "datesaisie",
        "dateenregistrement", "dateanomalie", "datepanne", "datedelapanne", "datedefaut",
        "dateconstat", "dateticket", "creele", "creeele", "declarele", "ouvertle", "demandele",
        "createddate", "creationdate", "datecreated", "opendate", "openeddate", "requestdate",
        "requesteddatetime", "requesteddate", "reportdate", "faultdate", "daterequested",
    ),
    "planned_at": (
        "plannedat", "datprogra", "dateprogrammation", "dateprevue", "datplan",
        "dateplanifiee", "dateplanification", "prevule", "dateprogrammee", "scheduled",
        "planned", "scheduleddate", "dateprevisionnelle", "dateprevueintervention",
        "dateinterventionprevue", "dateinterventionplanifiee", "planifiele", "programmele",
    ),
    "done_at": (
        "doneat", "datreal", "daterealisation", "datereal", "datefin", "datecloture", "faitle",
        "dateintervention", "dateresolution", "datereparation", "closedat", "closed",
        "completed", "completeddate", "datefinintervention", "dateexecution", "resolvedat",
        "resolved", "dateheureintervention", "dateetheureintervention", "datedepannage",
        "dateremiseenservice", "datedefin", "datefindintervention", "datedecloture",
        "datetraitement", "datetermine", "datesolde", "closle", "cloturele", "realisele",
        "repareele", "reparele", "terminele", "resolule", "closeddate", "closedate",
        "dateclosed", "completiondate", "completedat", "datecompleted", "resolveddate",
        "resolutiondate", "repairdate", "repaireddate", "daterepaired", "fixeddate", "datefixed",
    ),
    "changed_at": (
        "datemaj", "datemiseajour", "datedemiseajour", "dateetat", "datestatut", "datedustatut",
        "datemodification", "datedernieremodification", "updatedat", "updateddate",
        "updateddatetime", "lastupdated", "statusdate", "resolutionactionupdateddate",
    ),
    "status": (
        "statut", "etat", "status", "statutdemande", "etatdemande", "statutintervention",
        "etatintervention", "statutticket", "etatticket", "statutsignalement",
        "etatsignalement", "avancement", "etatavancement", "state", "currentstatus",
        "requeststatus", "ticketstatus",
    ),
    "fault_type": (
        "faulttype", "typdef", "typedefaut", "defaut", "defautconstate", "naturedefaut", "panne",
        "typepanne", "naturepanne", "typedepanne", "motif", "symptome", "fault", "problem",
        "problemtype", "anomalie", "typeanomalie", "issuetype", "issue", "descriptor",
        "faultdescription", "naturedelanomalie", "naturedudefaut", "naturedelapanne",
        "descriptionpanne", "descriptiondefaut", "libellepanne", "libelledefaut", "constat",
        "soustype", "souscategorie", "subtype", "subcategory", "intervention",
    ),
    "cause": (
        "cause", "srcdef", "causedudefaut", "causepanne", "origine", "sourcedefaut",
        "originepanne", "causedelapanne", "diagnostic",
    ),
    "crew": ("crew", "moyinterv", "moyen", "moyens", "equipe", "entreprise", "prestataire", "team"),
    "contract": (
        "contract", "idcontrat", "contrat", "marche", "numeromarche", "refmarche", "contractid",
    ),
}  # fmt: skip
"""Our field → names of its columns as `plain` writes them, best first."""

KINDS: dict[str, str] = {
    "report": "report", "signalement": "report", "panne": "report", "ticket": "report",
    "declaration": "report", "alerte": "report", "reclamation": "report", "fault": "report",
    "repair": "repair", "reparation": "repair", "depannage": "repair", "correctif": "repair",
    "curatif": "repair", "corrective": "repair", "maintenancecorrective": "repair",
    "maintenancecurative": "repair",
    "preventive": "preventive", "preventif": "preventive", "entretien": "preventive",
    "maintenancepreventive": "preventive", "relamping": "preventive", "relampage": "preventive",
    "inspection": "inspection", "visite": "inspection", "controle": "inspection",
    "verification": "inspection", "tournee": "inspection",
    "other": "other", "autre": "other", "intervention": "other",
}  # fmt: skip
"""Words for what a row is; another is `other`, with a remark."""
ASSETS: dict[str, str] = {
    "lightpoint": "light_point", "pointlumineux": "light_point", "foyer": "light_point",
    "luminaire": "light_point", "lampe": "light_point", "pl": "light_point",
    "lanterne": "light_point", "cabinet": "cabinet", "armoire": "cabinet", "coffret": "cabinet",
    "support": "support", "mat": "support", "candelabre": "support", "poteau": "support",
    "circuit": "circuit", "depart": "circuit", "unknown": "unknown", "inconnu": "unknown",
}  # fmt: skip
OPEN, CLOSED, VOID = "open", "closed", "void"
STATES: dict[str, str] = {
    "ouvert": OPEN, "ouverte": OPEN, "encours": OPEN, "nouveau": OPEN, "nouvelle": OPEN,
    "afaire": OPEN, "atraiter": OPEN, "aplanifier": OPEN, "planifie": OPEN, "planifiee": OPEN,
    "programme": OPEN, "programmee": OPEN, "prevu": OPEN, "prevue": OPEN, "enattente": OPEN,
    "attente": OPEN, "affecte": OPEN, "affectee": OPEN, "transmis": OPEN, "transmise": OPEN,
    "encoursdetraitement": OPEN, "prisencharge": OPEN, "priseencharge": OPEN, "signale": OPEN,
    "open": OPEN, "new": OPEN, "inprogress": OPEN, "pending": OPEN, "assigned": OPEN,
    "scheduled": OPEN, "submitted": OPEN,
    "clos": CLOSED, "close": CLOSED, "cloture": CLOSED, "cloturee": CLOSED, "termine": CLOSED,
    "terminee": CLOSED, "resolu": CLOSED, "resolue": CLOSED, "realise": CLOSED,
    "realisee": CLOSED, "fait": CLOSED, "faite": CLOSED, "repare": CLOSED, "reparee": CLOSED,
    "traite": CLOSED, "traitee": CLOSED, "solde": CLOSED, "soldee": CLOSED, "ferme": CLOSED,
    "fermee": CLOSED, "fini": CLOSED, "finie": CLOSED, "archive": CLOSED, "archivee": CLOSED,
    "effectue": CLOSED, "effectuee": CLOSED, "execute": CLOSED, "executee": CLOSED,
    "closed": CLOSED, "completed": CLOSED, "complete": CLOSED, "done": CLOSED,
    "resolved": CLOSED, "fixed": CLOSED, "repaired": CLOSED, "finished": CLOSED,
    "annule": VOID, "annulee": VOID, "doublon": VOID, "rejete": VOID, "rejetee": VOID,
    "refuse": VOID, "refusee": VOID, "sansobjet": VOID, "sanssuite": VOID, "nonfonde": VOID,
    "nonfondee": VOID, "abandonne": VOID, "abandonnee": VOID, "horscompetence": VOID,
    "duplicate": VOID, "duplicated": VOID, "cancelled": VOID, "canceled": VOID,
    "rejected": VOID, "invalid": VOID, "void": VOID, "opendup": VOID, "completeddup": VOID,
    "duplicateopen": VOID, "duplicateclosed": VOID,
}  # fmt: skip
"""Words for where a ticket stands; another tells nothing, with a remark."""
LIGHTING = re.compile(
    r"eclair|armoire|lumi|lamp|light|candelabre|foyer|lantern|alumbrado|beleuchtung|verlichting"
)
"""What the kind of a request about lighting says, as `plain` writes it."""
FAULTS = re.compile(
    r"pann|etei|hs$|horsservice|clignot|defaut|cass|accident|vandal|allum|disjonct|percut|arrach"
    r"|out$|fail|damage|flicker|broken"
)
"""What a cell that tells of a fault says, as `plain` writes it."""
