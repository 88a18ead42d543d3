document.getElementById("balance").textContent = "Twelve crowns left";
