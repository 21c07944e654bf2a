"""A small host that is made anew for each point of a sweep: two services, their accounts' databases,
and what is wrong with their tree. Everything lies on mounts that only this process tree sees."""

import ctypes
import os
import shutil
import stat
import subprocess
from pathlib import Path

BASE = "/mnt/jts/hot"
CHANGES = Path("/var/lib/jts-hot-storage/changes")
LAYOUT = """{"format": 1, "base": "%s", "services": {
    "alpha": {"owner": "alpha", "directories": {"data": {}, "logs": {"acl": ["user:beta:r-x"]}}},
    "beta": {"owner": "beta", "directories": {"data": {}}}}}""" % BASE
DATABASES = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\n",
    "group": "root:x:0:\nshadow:x:42:\n",
    "shadow": "root:*:19000:0:99999:7:::\n",
    "gshadow": "root:*::\nshadow:*::\n",
}
STRANGER = 4242  # owns what should be a service's

_libc = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_REMOUNT, MS_BIND, MNT_DETACH = 1, 32, 4096, 2


def mount(source, target, kind, flags=0, data=None):
    arguments = [value.encode() if value else None for value in (source, target, kind)]
    if _libc.mount(*arguments, flags, data.encode() if data else None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def unmount(target):
    if _libc.umount2(target.encode(), MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def tmpfs(target):
    os.makedirs(target, exist_ok=True)
    mount("tmpfs", target, "tmpfs", 0, "mode=0755")


def prepare_host(programs):
    """Hides the machine's own folders. `programs`: copied to /run/sweep, which is returned."""
    loader_cache = Path("/etc/ld.so.cache")
    cache = loader_cache.read_bytes() if loader_cache.exists() else b""
    kept = {program: Path(program).read_bytes() for program in programs}
    tmpfs("/run")
    for program, content in kept.items():
        copy = Path("/run/sweep") / Path(program).name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(content)
        copy.chmod(0o755)
    for path in ("/etc", "/usr/share", "/var/lib"):
        tmpfs(path)
    loader_cache.write_bytes(cache)
    Path("/etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\n")
    Path("/etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    os.makedirs("/usr/share/jts-hot-storage")
    Path("/usr/share/jts-hot-storage/layout.json").write_text(LAYOUT)
    os.makedirs("/run/jts-hot-storage")
    tmpfs("/mnt")


def fresh_host():
    """Nothing of ours is there."""
    while os.path.ismount("/mnt"):
        unmount("/mnt")
    tmpfs("/mnt")
    for left in Path("/etc").glob("*passwd*"):
        left.unlink()
    for pattern in ("group*", "shadow*", "gshadow*", ".pwd.lock", ".#*"):
        for left in Path("/etc").glob(pattern):
            left.unlink()
    for name, text in DATABASES.items():
        path = Path("/etc") / name
        path.write_text(text)
        path.chmod(0o640 if "shadow" in name else 0o644)
    shutil.rmtree("/var/lib/jts-hot-storage", ignore_errors=True)
    os.makedirs("/var/lib/jts-hot-storage", 0o700)


def damage():
    """Owners, modes and an ACL by hand, and what lies below given to a stranger."""
    data = BASE + "/alpha/data"
    for depth in range(3):
        data += "/%d" % depth
        os.mkdir(data)
        for name in ("one", "two"):
            Path(data, name).write_text("x")
    os.symlink("/etc/passwd", data + "/link")
    os.link(data + "/one", BASE + "/alpha/data/0/again")
    for folder, names, files in os.walk(BASE + "/alpha/data"):
        for name in names + files:
            os.lchown(os.path.join(folder, name), STRANGER, STRANGER)
    os.chmod(BASE + "/alpha", 0o777)
    os.chown(BASE + "/alpha/logs", STRANGER, 0)
    os.chmod(BASE + "/beta/data", 0o700)
    # user::rwx user:4242:rwx group::--- mask::rwx other::---
    acl = bytes.fromhex("02000000" "01000700ffffffff" "0200070092100000"
                        "04000000ffffffff" "10000700ffffffff" "20000000ffffffff")
    os.setxattr(BASE + "/beta", "system.posix_acl_access", acl)
    os.rmdir(BASE + "/beta/data")


def picture(top="/mnt"):
    """What a change may change, of everything below `top`."""
    seen = {}
    for folder, names, files in os.walk(top):
        for name in names + files:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            acls = []
            if stat.S_ISDIR(status.st_mode):
                for attribute in ("access", "default"):
                    try:
                        acls.append(os.getxattr(path, "system.posix_acl_" + attribute))
                    except OSError:
                        acls.append(None)
            seen[path] = (status.st_uid, status.st_gid, oct(status.st_mode), tuple(acls))
    return seen


def accounts_fault():
    """An account or group that is in some of its databases and not in all."""
    names = {name: {line.split(":")[0] for line in Path("/etc", name).read_text().splitlines()}
             for name in DATABASES}
    for service in ("alpha", "beta"):
        there = [name for name in DATABASES if service in names[name]]
        if len(there) not in (0, 4):
            return "%s is in %s alone" % (service, ", ".join(there))
    return None


def remove_empty_records():
    for record in CHANGES.glob("*"):
        if record.stat().st_size == 0:
            record.unlink()


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)
