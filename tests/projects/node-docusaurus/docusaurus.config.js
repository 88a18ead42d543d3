module.exports = {
  title: 'Seamanship',
  url: 'https://harbour.example',
  baseUrl: '/seamanship/',
  presets: [['classic', { docs: { routeBasePath: '/' }, blog: false }]],
};
