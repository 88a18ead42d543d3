export { default } from './main';
