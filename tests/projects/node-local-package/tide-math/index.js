"use strict";

exports.height = (hour) => 2 + 1.5 * Math.cos((2 * Math.PI * hour) / 12.42);
