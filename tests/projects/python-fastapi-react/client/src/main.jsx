import { createRoot } from "react-dom/client";

createRoot(document.getElementById("root")).render(<h1>High water at 06:12</h1>);
