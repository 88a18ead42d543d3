/** @type {import('next').NextConfig} */
export default { output: 'export', basePath: '/guide' };
