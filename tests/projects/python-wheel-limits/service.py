from distutils.version import LooseVersion

import falcon
import numpy


class Mean:
    def on_get(self, request, response):
        response.media = {"mean": float(numpy.mean([3, 4, 8])), "old": LooseVersion(numpy.__version__) < "2"}


app = falcon.App()
app.add_route("/", Mean())
