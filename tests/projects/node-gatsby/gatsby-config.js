module.exports = { pathPrefix: '/charts' };
