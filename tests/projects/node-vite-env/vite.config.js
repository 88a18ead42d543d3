export default { base: process.env.NODE_ENV === 'production' ? '/weather/' : '/' };
