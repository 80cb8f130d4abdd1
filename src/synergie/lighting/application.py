"""What the joint study of lighting adds to the core."""

from synergie.application import Application, ClientCalls, MenuEntry, Placement

APPLICATION = Application(
    name="lighting",
    tags={
        "lighting-studies": "Lighting studied together: options, effects, voices, what is retained."
    },
    services=("synergie.lighting.services:LightingServices",),
    pages=("synergie.lighting.pages.scenarios:router",),
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
    dues=("synergie.lighting.exchange._dues:list_study_dues",),
    rules=("synergie.lighting.storage._scope:RULES",),
    calls=(
        ClientCalls(
            "lighting_studies",
            "synergie.lighting.client.studies:LightingStudies",
            "synergie.lighting.client.lighting_async:AsyncLightingStudies",
        ),
    ),
    groups=(
        Placement("consult", "synergie.lighting.commands.consult:app", before="keys"),
        Placement("lighting", "synergie.lighting.commands.lighting:app", before="keys"),
    ),
    plans=(
        Placement("lighting", "synergie.lighting.commands.plan_lighting", before="power"),
        Placement("what-if-lighting", "synergie.lighting.commands.plan_what_if_lighting"),
    ),
    routers=(
        "synergie.lighting.api.studies:router",
        "synergie.lighting.api.comparisons:router",
        "synergie.lighting.api.voices:router",
        "synergie.lighting.api.studies:acts",
    ),
    bodies=(
        "synergie.lighting.records.exchange:JointStudyActRequest",
        "synergie.lighting.records.exchange:JointStudyRecord",
        "synergie.lighting.records.kept:ComparisonRequest",
        "synergie.lighting.records.options:OptionsRecord",
        "synergie.lighting.records.part:StudyAnswerRequest",
        "synergie.lighting.records.voice:ConsultationRecord",
        "synergie.lighting.records.voice:VoiceRequest",
        "synergie.lighting.records.voice:WeighingRequest",
    ),
)
