// observer
