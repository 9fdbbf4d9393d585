SHOPS = {
    "north": "http://north.example.com/prices",
    "south": "http://south.example.com/prices",
    "west": "http://west.example.com/api/v2/prices",
}
