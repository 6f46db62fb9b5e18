"""Files beside a study, as Optuna's people put and fetch them."""

import pytest
import twinloop as optuna

from engine import Study, create_study
from engine.errors import UserFault

art = optuna.artifacts


def test_files_of_trials_and_of_the_study_come_back(tmp_path):
    store = art.FileSystemArtifactStore(base_path=tmp_path / "kept")
    study = create_study(storage=tmp_path / "a.study", sampler="random")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    of_study = art.upload_artifact(artifact_store=store, file_path=tmp_path / "table.csv", study_or_trial=study)

    def objective(trial):
        path = tmp_path / f"model-{trial.number}.json"
        path.write_text(f"[{trial.number}]")
        art.upload_artifact(artifact_store=store, file_path=path, study_or_trial=trial)
        return trial.number

    study.optimize(objective, n_trials=2).close()
    study = Study.open(tmp_path / "a.study")
    assert [(one.artifact_id, one.filename, one.mimetype) for one in art.get_all_artifact_meta(study)] == [
        (of_study, "table.csv", "text/csv")
    ]
    (known,) = art.get_all_artifact_meta(study.best_trial, storage=None)
    back = tmp_path / "back.json"
    art.download_artifact(artifact_store=store, artifact_id=known.artifact_id, file_path=back)
    assert (known.filename, known.mimetype, back.read_text()) == ("model-0.json", "application/json", "[0]")
    with pytest.raises(UserFault, match="finished trial cannot be changed"):
        art.upload_artifact(artifact_store=store, file_path=back, study_or_trial=study.best_trial)
    with pytest.raises(UserFault, match="missing cannot be kept"):
        art.upload_artifact(artifact_store=store, file_path=tmp_path / "missing", study_or_trial=study)
    assert len(art.get_all_artifact_meta(study)) == 1


@pytest.mark.parametrize("name", ["", "..", "../a.study", "a/b", "a\\b", "c:d"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    (tmp_path / "kept").mkdir()
    store = art.FileSystemArtifactStore(str(tmp_path / "kept"))
    for call in (store.open_reader, store.remove):
        with pytest.raises(UserFault, match="is not the name of an artifact"):
            call(name)


def test_what_is_not_there_is_said(tmp_path):
    store = art.FileSystemArtifactStore(tmp_path)
    with pytest.raises(KeyError, match="There is no artifact x"):
        store.open_reader("x")
