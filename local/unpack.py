"""Unpacks the database server out of its archive: unpack.py ARCHIVE FOLDER. Only what lies beside its bin folder."""

import pathlib
import shutil
import sys
import zipfile

archive, folder = sys.argv[1], pathlib.Path(sys.argv[2])
with zipfile.ZipFile(archive) as packed:
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    server = next(entry.filename for entry in entries if entry.filename.endswith("/bin/mariadbd"))
    prefix = server[: -len("bin/mariadbd")]
    for entry in entries:
        if not entry.filename.startswith(prefix):
            continue
        relative = pathlib.PurePosixPath(entry.filename[len(prefix) :])
        if ".." in relative.parts:
            raise SystemExit(f"{entry.filename} leads out of the folder")
        target = folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        # The scripts are stored without their executable bits.
        target.chmod(0o755 if relative.parts[0] in ("bin", "scripts") else 0o644)
