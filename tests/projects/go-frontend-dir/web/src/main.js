document.getElementById("state").textContent = "All lamps are lit";
