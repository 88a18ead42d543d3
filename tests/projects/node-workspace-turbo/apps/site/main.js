import { title } from '@acme/ui';

document.querySelector('#app').textContent = title('site');
