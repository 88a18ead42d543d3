import { createRoot } from 'react-dom/client';

createRoot(document.getElementById('root')).render(<h1>{process.env.REACT_APP_NORTH} north, {process.env.REACT_APP_SHIP}</h1>);
