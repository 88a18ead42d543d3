from setuptools import find_packages, setup

setup(
    name="tides",
    version="1.0",
    description="When the water comes",
    python_requires=">=3.11",
    packages=find_packages("src"),
    package_dir={"": "src"},
)
