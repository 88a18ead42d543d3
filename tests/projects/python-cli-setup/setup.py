from setuptools import find_packages, setup

setup(
    name="greeter",
    version="0.2",
    description="Says hello",
    packages=find_packages(),
    python_requires=">=3.11",
    install_requires=["click>=8"],
    entry_points={"console_scripts": ["greet = greeter.cli:main"]},
)
