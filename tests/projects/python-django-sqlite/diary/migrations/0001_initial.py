"""The first table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Days."""

    initial = True
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[("id", models.BigAutoField(primary_key=True)), ("text", models.TextField())],
        ),
    ]
