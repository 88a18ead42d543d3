"""Archives of images as engines save them, no larger than tests need."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

HISTORY = [
    {"created_by": "debian rootfs"},
    {"created_by": 'CMD ["bash"]', "empty_layer": True},
    {"created_by": "ENV A=1", "empty_layer": True},
    {"created_by": "COPY . /app # buildkit"},
    {"created_by": "RUN /bin/sh -c prepare # buildkit"},
    {"created_by": "USER 1000", "empty_layer": True},
    {"created_by": 'CMD ["x"]', "empty_layer": True},
]  # fmt: skip


def tar(files):
    """A tar of path -> text; a path that ends with a slash is a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, text in files.items():
            info = tarfile.TarInfo(path.rstrip("/"))
            data = text if isinstance(text, bytes) else text.encode()
            info.size = len(data)
            if path.endswith("/"):
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def saved(contents, history=HISTORY, config=None, *, pack=lambda data: data):
    """An archive as Docker saves it: blobs by their digests, the manifest at the end."""
    whole = {"config": config or {"User": "1000"}, "history": history, "rootfs": {}}
    blobs = [pack(tar(files)) for files in contents]
    names = [f"blobs/sha256/{hashlib.sha256(blob + bytes([at])).hexdigest()}" for at, blob in enumerate(blobs)]
    manifest = [{"Config": "blobs/sha256/c", "Layers": names}]
    files = dict(zip(names, blobs, strict=True)) | {"blobs/sha256/c": json.dumps(whole), "blobs/": ""}
    return io.BytesIO(tar(dict(sorted(files.items())) | {"manifest.json": json.dumps(manifest)}))
