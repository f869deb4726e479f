"""Says which packages of requirements.txt this Python lacks or has in another version. Ends with 1 when it is any."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def main() -> int:
    lines = Path(__file__).with_name("requirements.txt").read_text().splitlines()
    pins = [line.split("==") for line in lines if "==" in line]
    wrong = [f"{package} {wanted}: {found}" for package, wanted in pins if (found := installed(package)) != wanted]
    print("\n".join(wrong))
    return 1 if wrong or not pins else 0


if __name__ == "__main__":
    sys.exit(main())
