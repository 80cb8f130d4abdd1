"""What the joint study of lighting adds to the core."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="lighting",
    tags={
        "lighting-studies": "Lighting studied together: options, effects, voices,"
        " what is retained.",
    },
    services=("synergie.lighting.services:LightingServices",),
    pages=("synergie.server.pages.scenarios:router",),
    menu=(
        MenuEntry(
            "/scenarios",
            "Scénarios",
            "Scenarios",
            "Que change chaque choix : argent, énergie, nuit, service ?",
            "What does each choice change: money, energy, night, service?",
            before="/depot",
        ),
    ),
    dues=("synergie.exchange._lighting_dues:list_study_dues",),
    rules=("synergie.storage._lighting_scope:RULES",),
    calls=(
        ClientCalls(
            "lighting_studies",
            "synergie.client.lighting_studies:LightingStudies",
            "synergie.client._lighting_async:AsyncLightingStudies",
        ),
    ),
    groups=(
        Placement("consult", "synergie.cli.consult:app", before="keys"),
        Placement("lighting", "synergie.cli.lighting:app", before="keys"),
    ),
    plans=(Placement("lighting", "synergie.cli.plan_lighting", before="power"),),
    routers=(
        "synergie.server.api.lighting_studies:router",
        "synergie.server.api.lighting_comparisons:router",
        "synergie.server.api.lighting_voices:router",
        "synergie.server.api.lighting_studies:acts",
    ),
    bodies=(
        "synergie.schemas.lighting_exchange:JointStudyActRequest",
        "synergie.schemas.lighting_exchange:JointStudyRecord",
        "synergie.schemas.lighting_kept:ComparisonRequest",
        "synergie.schemas.lighting_options:OptionsRecord",
        "synergie.schemas.lighting_part:StudyAnswerRequest",
        "synergie.schemas.lighting_voice:ConsultationRecord",
        "synergie.schemas.lighting_voice:VoiceRequest",
        "synergie.schemas.lighting_voice:WeighingRequest",
    ),
)
