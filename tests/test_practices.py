"""The page on practices answers every practice of the guide that it goes through, section by section."""

from __future__ import annotations

import re

import pytest
from dockgen import settings
from helpers import ROOT

PAGE = ROOT / "docs/explanation/practices.md"
GUIDE = ROOT.parent / "shared/reference/guide.md"
WITHOUT_PRACTICES = {"Overview", "Table of Contents", "Conclusion"}
# The guide's sections, and what each row of the page's table must begin with.
PRACTICES = {
    "What are Docker Images?": ("Layers", "Metadata", "Filesystem"),
    "Image Architecture": ("Application on dependencies on runtime on system",),
    "Key Concepts": ("Base image `ubuntu:20.04`", "Base image `node:16-alpine`", "Tags", "Image ID", "Repositories"),
    "1. Using Dockerfile (Recommended)": (
        "Using a Dockerfile", "`FROM node:16-alpine`", "`WORKDIR /app`", "`COPY package*.json ./`",
        "`npm ci --only=production`", "`COPY . .`", "`EXPOSE 3000`", '`CMD ["node", "server.js"]`',
    ),
    "2. Committing Container Changes": ("`docker commit`",),
    "3. Using docker import": ("`docker import`",),
    "Instruction Optimization": (
        "Use specific base image tags", "Avoid `node:latest`", "Leverage build cache", "Minimize layers",
        "`apt-get clean`", "`apt-get install -y curl vim`",
    ),
    "Security Best Practices": ("Use non-root users", "`USER nextjs`", "Use `.dockerignore`"),
    "Basic Commands": ("List images", "Remove images", "Inspect image", "View image history"),
    "Advanced Management": (
        "Prune unused images", "Remove all unused images", "Export image to tar", "Load image from tar", "Tag image",
    ),
    "Multi-stage Builds": (
        "Multi-stage builds", "A production stage with a second `npm ci --only=production`",
        "`npm cache clean --force`", "`COPY --from=builder /app/dist ./dist`", "Smaller final image size",
        "Separation of build tools from runtime", "Better security",
    ),
    "Size Optimization Strategies": (
        "Use Alpine-based images", "Remove unnecessary files", "Use multi-stage builds", "Optimize layer caching",
    ),
    "Performance Optimization": (
        "Pin dependency versions", "Use build caches effectively", "Minimize context size with .dockerignore",
    ),
    "Working with Docker Hub": ("Login", "Push image", "Pull image", "Search for images: `docker search`"),
    "Private Registries": ("Login to private registry", "Tag for private registry", "Push to private registry"),
    "Image Security Best Practices": (
        "Scan images for vulnerabilities: `docker scan`", "Use trusted base images", "Keep images updated",
        "Run as non-root user", "Use secrets management",
    ),
    "Content Trust": ("Docker Content Trust: `export DOCKER_CONTENT_TRUST=1`", "Sign and push image"),
    "Web Application Deployment": (
        "Development → Staging → Production", "Microservices architecture", "CI/CD pipelines",
    ),
    "Container Orchestration": ("Kubernetes", "Docker Swarm", "Amazon ECS", "Azure Container Instances"),
    "Common Use Cases": ("Microservices", "CI/CD", "Development environments", "Legacy application modernization"),
}  # fmt: skip


def sections(text):
    """Heading -> the text below it, up to the next heading."""
    parts = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text):
    """The cells of each row of a section's table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]


@pytest.mark.parametrize("heading", PRACTICES)
def test_each_practice_has_an_answer(heading):
    found = rows(sections(PAGE.read_text(encoding="utf-8"))[heading])
    for practice in PRACTICES[heading]:
        assert [row for row in found if row[0].startswith(practice)], practice
    assert all(len(row) == 3 and all(row) for row in found)


def test_settings_that_are_named_exist():
    named = re.findall(r"[Ss]ettings? ((?:`[\w.-]+`(?:, | and )?)+)", PAGE.read_text(encoding="utf-8"))
    keys = {key for group in named for key in re.findall(r"`([\w.-]+)`", group)}
    assert keys <= set(settings.KEYS)
    assert {"base", "init", "comments", "syntax", "versions", "os-upgrade", "builder", "dev", "allow-eol"} <= keys


def test_no_section_and_no_practice_of_the_guide_is_left_out():
    if not GUIDE.exists():
        pytest.skip("the guide is not beside this checkout")
    guide = re.sub(r"^ *```.*?^ *```", "", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    ours = sections(PAGE.read_text(encoding="utf-8"))
    for heading, text in sections(guide).items():
        if heading in WITHOUT_PRACTICES:
            continue
        assert heading in ours, heading
        answered = " ".join(row[0] for row in rows(ours[heading])).replace("`", "").lower()
        for practice in re.findall(r"^(?:\d\.|-) \*\*(.+?)\*\*", text, re.MULTILINE):
            assert practice.replace("`", "").rstrip("s:").lower() in answered, f"{heading}: {practice}"
