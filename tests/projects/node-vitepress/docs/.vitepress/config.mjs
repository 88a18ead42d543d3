export default { title: 'Rigging', base: '/rigging/' };
